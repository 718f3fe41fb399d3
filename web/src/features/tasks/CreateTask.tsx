import { Button, Modal } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState, type KeyboardEvent, type ReactNode } from "react";

import type { ProjectOut, TaskRow } from "@/api/types";
import { projectsQuery } from "@/features/projects/api";
import { useWorkspace } from "@/features/workspaces/api";
import { useAction } from "@/lib/actions";
import { useDraft } from "@/lib/drafts";
import { localId } from "@/lib/insecure";
import { recall, remember } from "@/lib/memory";
import { sentenceWith } from "@/lib/problem";
import { priorityWords } from "@/lib/words";
import { DueDate } from "@/ui/DueDate";
import { Float } from "@/ui/Float";
import { IconCalendarEvent, IconTag, IconUser } from "@/ui/icons";
import { LabelDot } from "@/ui/Label";
import { PersonStack } from "@/ui/People";
import { Picker } from "@/ui/Picker";
import { PriorityBars } from "@/ui/PriorityBars";
import { StateRing } from "@/ui/StateRing";
import { toast } from "@/ui/toast";

import { createTask, fieldsOf } from "./actions";
import classes from "./create.module.css";
import { newRow } from "./newRow";
import { rankBetween } from "./order";
import { useGround, type Ground } from "./project";
import { TaskMenu, type MenuKind } from "./TaskMenu";

const writes = (project: ProjectOut) => project.role === "admin" || project.role === "member";

/** The quick create dialog. Registers the action "task.create" (key c) and opens itself. */
export function CreateTask({ slug }: { slug: string }) {
  const [open, setOpen] = useState(false);
  const [refusal, setRefusal] = useState("");
  useAction({
    id: "task.create",
    title: "New task",
    group: "Task",
    keys: "c",
    run: () => {
      setRefusal("");
      setOpen(true);
    },
  });
  return (
    <Modal
      opened={open}
      onClose={() => setOpen(false)}
      // The form's own: Escape in one of its menus closes only the menu.
      closeOnEscape={false}
      withCloseButton={false}
      padding={0}
      size={560}
      aria-label="New task"
      classNames={{ content: classes.dialog ?? "" }}
    >
      {open && (
        <Form
          slug={slug}
          refusal={refusal}
          onClose={() => setOpen(false)}
          onRefused={(words) => {
            setRefusal(words);
            setOpen(true);
          }}
        />
      )}
    </Modal>
  );
}

interface FormProps {
  slug: string;
  refusal: string;
  onClose: () => void;
  onRefused: (words: string) => void;
}

function Form({ slug, refusal, onClose, onRefused }: FormProps) {
  const params: { key?: string; humanId?: string } = useParams({ strict: false });
  const workspace = useWorkspace(slug);
  const projects = useQuery(projectsQuery(workspace?.id ?? "")).data?.projects.filter(writes) ?? [];
  const [picked, setPicked] = useState<string | null>(null);
  const here = params.key ?? params.humanId?.split("-")[0];
  const wanted = [picked, here, recall("create-in")].find((key) => projects.some((one) => one.key === key));
  const project = projects.find((one) => one.key === wanted) ?? projects[0];
  const { ground } = useGround(slug, project?.key ?? "");

  if (projects.length === 0)
    return <p className={classes.none}>There is no project here that you may add tasks to. Ask an admin for the member role.</p>;
  if (!project || !ground) return <div className={classes.waiting} />;
  return (
    <Fields
      key={project.id}
      ground={ground}
      projects={projects}
      refusal={refusal}
      onProject={setPicked}
      onClose={onClose}
      onRefused={onRefused}
    />
  );
}

interface FieldsProps extends Omit<FormProps, "slug"> {
  ground: Ground;
  projects: ProjectOut[];
  onProject: (key: string) => void;
}

function Fields({ ground, projects, refusal, onProject, onClose, onRefused }: FieldsProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const title = useDraft("new-task-title");
  const description = useDraft("new-task-description");
  const first = ground.states.find((state) => state.category === "todo") ?? ground.states[0];
  const [row, setRow] = useState<TaskRow | null>(() => (first ? newRow(first, "", "") : null));
  const [menu, setMenu] = useState<MenuKind | "project" | null>(null);
  const text = title.draft?.text ?? "";
  const state = row && ground.state.get(row.state_id);

  async function create() {
    const words = text.trim();
    if (!words || !row || !state) return;
    const last = ground.columns.find((column) => column.state.id === state.id)?.tasks.at(-1);
    const shown = { ...row, id: `new-${localId()}`, title: words, rank: rankBetween(last?.rank ?? null, null) };
    const body = description.draft?.text ?? "";
    title.drop();
    description.drop();
    remember("create-in", ground.project.key);
    onClose();
    try {
      const { state_id, priority, due_on, start_on, label_ids, assignee_ids } = row;
      const dates = { ...(due_on && { due_on }), ...(start_on && { start_on }) };
      const made = await createTask(
        client,
        ground.project.id,
        { title: words, description: body, state_id, priority, label_ids, assignee_ids, ...dates },
        shown,
      );
      if (made)
        toast({
          words: `${made.human_id} was created.`,
          action: {
            name: "Open",
            run: () => void navigate({ to: ".", search: (search: object) => ({ ...search, task: made.human_id }) as never }),
          },
        });
    } catch (error) {
      title.keep({ text: words, version: 0 });
      if (body) description.keep({ text: body, version: 0 });
      onRefused(sentenceWith(error, "What you typed is still here."));
    }
  }

  function onKey(event: KeyboardEvent) {
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void create();
    else return;
    event.preventDefault();
  }

  if (!row) return <p className={classes.none}>This project has no states yet. Add the first in its settings.</p>;
  const labels = row.label_ids.map((id) => ground.label.get(id)).filter((one) => one !== undefined);
  const people = row.assignee_ids.map((id) => ground.person.get(id)).filter((one) => one !== undefined);
  const chip = (kind: MenuKind, name: string, face: ReactNode) => (
    <TaskMenu
      kind={kind}
      ground={ground}
      task={row}
      open={menu === kind}
      onClose={() => setMenu(null)}
      onChange={(change) => setRow((now) => now && { ...now, ...fieldsOf(now, change) })}
      at={
        <button type="button" className={classes.chip} aria-label={name} onClick={() => setMenu(menu === kind ? null : kind)}>
          {face}
        </button>
      }
    />
  );
  return (
    // Ctrl Enter creates from any of the fields.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={classes.form} onKeyDown={onKey}>
      <div className={classes.where}>
        <Float
          open={menu === "project"}
          onClose={() => setMenu(null)}
          label="Project"
          at={
            <button type="button" className={classes.chip} aria-label="Project" onClick={() => setMenu("project")}>
              <span className={classes.projectKey}>{ground.project.key}</span> {ground.project.name}
            </button>
          }
        >
          <Picker
            label="Project…"
            choices={projects.map((one) => ({ value: one.key, name: one.name, hint: one.key }))}
            selected={[ground.project.key]}
            onPick={onProject}
            onClose={() => setMenu(null)}
          />
        </Float>
        <span className={classes.whereWords}>New task</span>
      </div>
      <textarea
        data-autofocus
        className={classes.title}
        aria-label="Title"
        placeholder="What needs doing?"
        rows={1}
        maxLength={500}
        value={text}
        onChange={(event) => title.keep({ text: event.currentTarget.value.replace(/[\r\n]+/g, " "), version: 0 })}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          if (!event.ctrlKey && !event.metaKey) void create();
        }}
      />
      <textarea
        className={classes.description}
        aria-label="Description"
        placeholder="Add a description. Markdown works."
        rows={3}
        maxLength={100_000}
        value={description.draft?.text ?? ""}
        onChange={(event) => description.keep({ text: event.currentTarget.value, version: 0 })}
      />
      {refusal && (
        <p className={classes.refusal} role="alert">
          {refusal}
        </p>
      )}
      <div className={classes.chips}>
        {chip("state", "State", state && <><StateRing category={state.category} name="" /> {state.name}</>)}
        {chip("priority", "Priority", <><PriorityBars priority={row.priority} /> {row.priority ? priorityWords[row.priority] : "Priority"}</>)}
        {chip(
          "assignee",
          "Assignees",
          people.length > 0 ? <><PersonStack people={people} size={18} /> {people.length === 1 && people[0]?.name}</> : <><IconUser size={14} /> Assignee</>,
        )}
        {chip(
          "label",
          "Labels",
          labels.length > 0 ? labels.map((one) => <span key={one.id} className={classes.chipLabel}><LabelDot color={one.color} /> {one.name}</span>) : <><IconTag size={14} /> Label</>,
        )}
        {chip("due", "Due date", row.due_on ? <DueDate date={row.due_on} /> : <><IconCalendarEvent size={14} /> Due</>)}
      </div>
      <div className={classes.foot}>
        <span className={classes.hint}>{text || description.draft ? "What you type is kept until it is created." : "Enter creates it."}</span>
        <Button variant="subtle" color="gray" onClick={onClose}>
          Close
        </Button>
        <Button disabled={!text.trim()} onClick={() => void create()}>
          Create task
        </Button>
      </div>
    </div>
  );
}
