import type { LabelOut, PersonOut, StateOut, TaskRow } from "@/api/types";
import { byRank, isOpen } from "@/features/tasks/order";
import { daysBetween } from "@/lib/dates";
import { priorityWords, type Category } from "@/lib/words";

export type Grouping = "state" | "assignee" | "label" | "priority" | "due" | "none";
export type Sorting = "rank" | "due" | "priority" | "title" | "estimate" | "created" | "updated";

export const groupings: Record<Grouping, string> = {
  state: "State",
  assignee: "Assignee",
  label: "Label",
  priority: "Priority",
  due: "Due date",
  none: "No groups",
};
export const sortings: Record<Sorting, string> = {
  rank: "As on the board",
  due: "Due date",
  priority: "Priority",
  title: "Title",
  estimate: "Estimate, largest first",
  created: "Newest first",
  updated: "Last changed first",
};

/** What of the address is one of these; the first of them where it is not. */
export const oneOf = <T extends string>(words: Record<T, string>, given: string | undefined): T =>
  (given !== undefined && given in words ? given : Object.keys(words)[0]) as T;

export interface Group {
  key: string;
  name: string;
  category?: Category;
  priority?: number;
  late?: boolean;
  tasks: TaskRow[];
}

/** What the groups are called by. */
export interface Known {
  states: readonly StateOut[];
  state: ReadonlyMap<string, StateOut>;
  label: ReadonlyMap<string, LabelOut>;
  person: ReadonlyMap<string, PersonOut>;
}

type Order = (one: TaskRow, other: TaskRow) => number;

const last = (text: string | null) => text ?? "9999";
const orders: Record<Sorting, Order> = {
  rank: byRank,
  due: (one, other) => last(one.due_on).localeCompare(last(other.due_on)),
  priority: (one, other) => other.priority - one.priority,
  title: (one, other) => one.title.localeCompare(other.title, undefined, { numeric: true }),
  estimate: (one, other) => (other.estimate ?? -1) - (one.estimate ?? -1),
  created: (one, other) => other.created_at.localeCompare(one.created_at),
  updated: (one, other) => other.updated_at.localeCompare(one.updated_at),
};

const dues = ["Overdue", "Today", "Tomorrow", "Next seven days", "Later", "No date"];

function dueOf(task: TaskRow, known: Known, today: string): number {
  if (!task.due_on) return 5;
  const away = daysBetween(today, task.due_on);
  if (away < 0) return isOpen(known.state.get(task.state_id)?.category) ? 0 : 4;
  return away < 2 ? away + 1 : away < 7 ? 3 : 4;
}

/** (what tasks are put together by, how that sorts and is called) of a task. Several people or labels are a group of their own. */
function placeOf(task: TaskRow, by: Grouping, known: Known, today: string): Omit<Group, "tasks"> & { order: string } {
  switch (by) {
    case "state": {
      const place = known.states.findIndex((state) => state.id === task.state_id);
      const state = known.states[place];
      return { key: task.state_id, name: state?.name ?? "", order: String(place).padStart(4, "0"), ...(state && { category: state.category }) };
    }
    case "priority":
      return { key: String(task.priority), name: priorityWords[task.priority] ?? "", order: String(9 - task.priority), priority: task.priority };
    case "due": {
      const place = dueOf(task, known, today);
      return { key: String(place), name: dues[place] ?? "", order: String(place), late: place === 0 };
    }
    case "assignee":
      return named(task.assignee_ids.map((id) => known.person.get(id)?.name), "Nobody");
    case "label":
      return named(task.label_ids.map((id) => known.label.get(id)?.name), "No label");
    case "none":
      return { key: "all", name: "", order: "" };
  }
}

function named(found: readonly (string | undefined)[], nothing: string) {
  const names = found.filter((name) => name !== undefined).toSorted((one, other) => one.localeCompare(other));
  const name = names.join(", ");
  return names.length > 0 ? { key: name, name, order: `0${name}` } : { key: "none", name: nothing, order: "1" };
}

/** Tasks in groups and in order; what an order leaves open stands as on the board. Groups without tasks are left out. */
export function groupsOf(tasks: readonly TaskRow[], by: Grouping, sort: Sorting, known: Known, today: string): Group[] {
  const groups = new Map<string, Group & { order: string }>();
  for (const task of tasks.toSorted((one, other) => orders[sort](one, other) || byRank(one, other))) {
    const place = placeOf(task, by, known, today);
    const group = groups.get(place.key) ?? { ...place, tasks: [] };
    group.tasks.push(task);
    groups.set(place.key, group);
  }
  return [...groups.values()].toSorted((one, other) => one.order.localeCompare(other.order)).map(({ order: _, ...group }) => group);
}
