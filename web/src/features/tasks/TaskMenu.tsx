import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { LabelColor, LabelOut, TaskRow } from "@/api/types";
import { addLabel } from "@/features/projects/api";
import { today } from "@/lib/dates";
import { stableIndex } from "@/lib/text";
import { labelColors, priorityWords } from "@/lib/words";
import { tell } from "@/live/cache";
import { addDays, Calendar } from "@/ui/Calendar";
import { Float } from "@/ui/Float";
import { LabelDot } from "@/ui/Label";
import { PersonFace } from "@/ui/People";
import { Picker, type Choice } from "@/ui/Picker";
import { PriorityBars } from "@/ui/PriorityBars";
import { StateRing } from "@/ui/StateRing";
import { toastError } from "@/ui/toast";

import type { TaskChange } from "./api";
import type { Ground } from "./project";
import classes from "./tasks.module.css";

export type MenuKind = "state" | "assignee" | "label" | "priority" | "due" | "start" | "parent";

/** Pressed on a card or a line, and in the sheet. */
export const menuKeys: Record<string, MenuKind> = { s: "state", a: "assignee", l: "label", p: "priority", d: "due" };

export const stateChoices = (ground: Ground): Choice[] =>
  ground.states.map((state) => ({
    value: state.id,
    name: state.name,
    icon: <StateRing category={state.category} name="" />,
  }));

export const priorityChoices: Choice[] = [4, 3, 2, 1, 0].map((priority) => ({
  value: String(priority),
  name: priorityWords[priority] ?? "",
  icon: <PriorityBars priority={priority} />,
}));

export function peopleChoices(ground: Ground, kept: readonly string[] = []): Choice[] {
  return ground.people
    .filter((person) => person.active || kept.includes(person.person_id))
    .toSorted((one, other) => {
      const first = Number(other.person_id === ground.me) - Number(one.person_id === ground.me);
      return first || one.name.localeCompare(other.name);
    })
    .map((person) => ({
      value: person.person_id,
      name: person.person_id === ground.me ? `${person.name} (you)` : person.name,
      icon: <PersonFace person={person} size={18} />,
    }));
}

export const labelChoices = (ground: Ground): Choice[] =>
  ground.labels
    .toSorted((one, other) => one.name.localeCompare(other.name))
    .map((label) => ({ value: label.id, name: label.name, icon: <LabelDot color={label.color} /> }));

/** A new label in a colour that stays with its name, there for everybody at once. */
export async function makeLabel(client: QueryClient, project: string, name: string): Promise<LabelOut> {
  const color: LabelColor = labelColors[1 + stableIndex(name, labelColors.length - 1)] ?? "gray";
  const label = await addLabel(project, { name, color });
  tell(client, { topic: `project:${project}`, kind: "label.created", id: label.id, before: null, after: { ...label }, revision: null });
  return label;
}

/** Tasks that can be this one's parent: not itself, and none below it. */
function parentChoices(ground: Ground, task: TaskRow): Choice[] {
  const below = new Set([task.id]);
  for (let grown = true; grown; ) {
    const more = ground.tasks.filter((one) => one.parent_id && below.has(one.parent_id) && !below.has(one.id));
    for (const one of more) below.add(one.id);
    grown = more.length > 0;
  }
  const others = ground.tasks
    .filter((one) => !below.has(one.id))
    .toSorted((one, other) => other.number - one.number)
    .map((one) => ({ value: one.id, name: `${one.human_id} ${one.title}` }));
  return task.parent_id ? [{ value: "none", name: "No parent" }, ...others] : others;
}

const flip = (held: readonly string[], id: string) => (held.includes(id) ? { remove: [id] } : { add: [id] });

interface Props {
  kind: MenuKind;
  ground: Ground;
  task: TaskRow;
  at: ReactNode | DOMRect;
  open: boolean;
  onChange: (change: TaskChange) => void;
  onClose: () => void;
}

/** One property of a task, picked from a small menu that hangs on whatever asked for it. */
export function TaskMenu({ kind, ground, task, at, open, onChange, onClose }: Props) {
  const client = useQueryClient();

  async function createLabel(name: string) {
    try {
      const label = await makeLabel(client, ground.project.id, name);
      onChange({ labels: { add: [label.id] } });
    } catch (error) {
      toastError(error, `The label “${name}” was not made.`);
    }
  }

  const menus: Record<MenuKind, () => ReactNode> = {
    state: () => (
      <Picker
        label="Change state…"
        choices={stateChoices(ground)}
        selected={[task.state_id]}
        onPick={(id) => id !== task.state_id && onChange({ state_id: id })}
        onClose={onClose}
      />
    ),
    priority: () => (
      <Picker
        label="Set priority…"
        choices={priorityChoices}
        selected={[String(task.priority)]}
        onPick={(value) => Number(value) !== task.priority && onChange({ priority: Number(value) })}
        onClose={onClose}
      />
    ),
    assignee: () => (
      <Picker
        label="Assign to…"
        several
        choices={peopleChoices(ground, task.assignee_ids)}
        selected={task.assignee_ids}
        onPick={(id) => onChange({ assignees: flip(task.assignee_ids, id) })}
        onClose={onClose}
      />
    ),
    label: () => (
      <Picker
        label="Add labels…"
        several
        empty="Type a name to make the first label."
        choices={labelChoices(ground)}
        selected={task.label_ids}
        onPick={(id) => onChange({ labels: flip(task.label_ids, id) })}
        onCreate={(name) => void createLabel(name)}
        onClose={onClose}
      />
    ),
    parent: () => (
      <Picker
        label="Part of…"
        empty="There is no other task here."
        choices={parentChoices(ground, task)}
        selected={task.parent_id ? [task.parent_id] : []}
        onPick={(id) => onChange({ parent_id: id === "none" ? null : id })}
        onClose={onClose}
      />
    ),
    due: () => <DayPanel label="Due date" value={task.due_on} onPick={(due_on) => onChange({ due_on })} onClose={onClose} />,
    start: () => (
      <DayPanel label="Start date" value={task.start_on} onPick={(start_on) => onChange({ start_on })} onClose={onClose} />
    ),
  };
  return (
    <Float open={open} onClose={onClose} at={at} label={kind} width={kind === "parent" ? 340 : "max-content"}>
      {open && menus[kind]()}
    </Float>
  );
}

interface DayProps {
  label: string;
  value: string | null;
  onPick: (day: string | null) => void;
  onClose: () => void;
  /** Whether there is a date to take away. */
  clears?: boolean;
}

export function DayPanel({ label, value, onPick, onClose, clears = value !== null }: DayProps) {
  const now = today();
  const monday = 8 - (new Date(`${now}T00:00:00Z`).getUTCDay() || 7);
  const quick: [string, string | null][] = [
    ["Today", now],
    ["Tomorrow", addDays(now, 1)],
    ["Monday", addDays(now, monday)],
    ...(clears ? [["No date", null] as [string, null]] : []),
  ];
  const pick = (day: string | null) => {
    if (day !== value || (day === null && clears)) onPick(day);
    onClose();
  };
  return (
    <div>
      <div className={classes.quickDays}>
        {quick.map(([words, day], place) => (
          <button
            key={words}
            type="button"
            className={classes.quickDay}
            data-autofocus={place === 0 || undefined}
            onClick={() => pick(day)}
          >
            {words}
          </button>
        ))}
      </div>
      <Calendar value={value} label={label} onPick={pick} />
    </div>
  );
}
