import { useRef, useState, type ReactNode } from "react";

import type { TaskRow } from "@/api/types";
import { useAction } from "@/lib/actions";
import { numberIn } from "@/lib/text";
import { priorityWords } from "@/lib/words";
import { DueDate } from "@/ui/DueDate";
import { Keys } from "@/ui/Keys";
import { Label } from "@/ui/Label";
import { PersonFace } from "@/ui/People";
import { PriorityBars } from "@/ui/PriorityBars";
import { StateRing } from "@/ui/StateRing";

import type { TaskChange } from "./api";
import { isOpen } from "./order";
import type { Ground } from "./project";
import classes from "./sheet.module.css";
import { TaskMenu, type MenuKind } from "./TaskMenu";

interface Props {
  ground: Ground;
  task: TaskRow;
  onChange: (change: TaskChange) => void;
}

/** One column of label and value; each opens by a click or by its key. */
export function Properties({ ground, task, onChange }: Props) {
  const [menu, setMenu] = useState<MenuKind | null>(null);
  const state = ground.state.get(task.state_id);
  const open = isOpen(state?.category);
  const people = task.assignee_ids.map((id) => ground.person.get(id)).filter((one) => one !== undefined);
  const labels = task.label_ids.map((id) => ground.label.get(id)).filter((one) => one !== undefined);

  const row = (kind: MenuKind, name: string, keys: string | undefined, value: ReactNode) => (
    <Row
      kind={kind}
      name={name}
      keys={keys}
      value={value}
      ground={ground}
      task={task}
      open={menu === kind}
      onOpen={setMenu}
      onChange={onChange}
    />
  );
  return (
    <dl className={classes.properties}>
      {row("state", "State", "s", state && <><StateRing category={state.category} name="" /> {state.name}</>)}
      {row(
        "assignee",
        "Assignees",
        "a",
        people.map((person) => (
          <span key={person.person_id} className={classes.who}>
            <PersonFace person={person} size={18} /> {person.name}
          </span>
        )),
      )}
      {row("label", "Labels", "l", labels.map((label) => <Label key={label.id} name={label.name} color={label.color} />))}
      {row(
        "priority",
        "Priority",
        "p",
        task.priority > 0 && <><PriorityBars priority={task.priority} /> {priorityWords[task.priority]}</>,
      )}
      {row("due", "Due", "d", task.due_on && <DueDate date={task.due_on} open={open} />)}
      {row("start", "Start", undefined, task.start_on && <DueDate date={task.start_on} open={false} what="Starts" />)}
      <Estimate key={task.id} task={task} mayEdit={ground.mayEdit} onChange={onChange} />
      {row("parent", "Part of", undefined, <ParentName ground={ground} task={task} />)}
    </dl>
  );
}

interface EstimateProps {
  task: TaskRow;
  mayEdit: boolean;
  onChange: (change: TaskChange) => void;
}

/** A number in whatever the team counts. What is no number is not kept. */
function Estimate({ task, mayEdit, onChange }: EstimateProps) {
  const field = useRef<HTMLInputElement>(null);
  const held = task.estimate === null ? "" : String(task.estimate);
  // What I am writing stays, whatever others make of it meanwhile.
  const [draft, setDraft] = useState<string | null>(null);
  useAction({ id: "task.estimate", title: "Estimate of the task", group: "Task", keys: "E", enabled: mayEdit, run: () => field.current?.select() });

  function save() {
    const estimate = numberIn(draft ?? held);
    if (estimate !== undefined && estimate !== task.estimate) onChange({ estimate });
    setDraft(null);
  }

  return (
    <div className={classes.property}>
      <dt className={classes.propertyName}>Estimate</dt>
      <dd className={classes.propertyValue}>
        <input
          ref={field}
          className={classes.propertyField}
          aria-label="Estimate"
          inputMode="decimal"
          placeholder="None"
          maxLength={9}
          readOnly={!mayEdit}
          value={draft ?? held}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onBlur={save}
          onKeyDown={(event) => {
            if (event.key === "Escape") setDraft(null);
            else if (event.key !== "Enter") return;
            event.stopPropagation();
            const { currentTarget } = event;
            // Once the text is what it should be.
            requestAnimationFrame(() => currentTarget.blur());
          }}
        />
      </dd>
    </div>
  );
}

function ParentName({ ground, task }: { ground: Ground; task: TaskRow }) {
  const parent = task.parent_id ? ground.task.get(task.parent_id) : undefined;
  if (!parent) return null;
  return (
    <span className={classes.parentName}>
      <span className="hw-muted hw-num">{parent.human_id}</span> {parent.title}
    </span>
  );
}

interface RowProps {
  kind: MenuKind;
  name: string;
  keys: string | undefined;
  value: ReactNode;
  ground: Ground;
  task: TaskRow;
  open: boolean;
  onOpen: (kind: MenuKind | null) => void;
  onChange: (change: TaskChange) => void;
}

const empty: Partial<Record<MenuKind, string>> = { assignee: "Nobody", label: "None", priority: "None", due: "No date", start: "No date", parent: "Nothing" };

function Row({ kind, name, keys, value, ground, task, open, onOpen, onChange }: RowProps) {
  useAction({
    id: `task.${kind}`,
    title: `${name} of the task`,
    group: "Task",
    ...(keys && { keys }),
    enabled: ground.mayEdit,
    run: () => onOpen(kind),
  });
  const holds = Array.isArray(value) ? value.length > 0 : Boolean(value) && !(kind === "parent" && task.parent_id === null);
  const shown = holds ? value : <span className={classes.noValue}>{empty[kind]}</span>;
  return (
    <div className={classes.property}>
      <dt className={classes.propertyName}>{name}</dt>
      <dd className={classes.propertyValue}>
        {ground.mayEdit ? (
          <TaskMenu
            kind={kind}
            ground={ground}
            task={task}
            open={open}
            onChange={onChange}
            onClose={() => onOpen(null)}
            at={
              <button type="button" className={classes.propertyButton} aria-label={`Change: ${name}`} onClick={() => onOpen(open ? null : kind)}>
                <span className={classes.values}>{shown}</span>
                {keys && (
                  <span className={classes.keyHint} aria-hidden>
                    <Keys keys={keys} />
                  </span>
                )}
              </button>
            }
          />
        ) : (
          <span className={classes.values}>{shown}</span>
        )}
      </dd>
    </div>
  );
}
