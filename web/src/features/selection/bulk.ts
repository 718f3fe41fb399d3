import { generateNKeysBetween } from "fractional-indexing";

import type { BulkOut, BulkResult, StateOut, TaskRow } from "@/api/types";
import { fieldsOf } from "@/features/tasks/actions";
import type { Move, TaskChange } from "@/features/tasks/api";
import { isOpen } from "@/features/tasks/order";
import type { Pending } from "@/features/tasks/pending";
import { plural } from "@/lib/text";

/** What is done to all of them alike. */
export type Doing = { change: Omit<TaskChange, "title" | "description"> } | { move: Move; ranks: readonly string[]; state: StateOut } | { delete: true };

export const MOST = 1000;

export interface Body extends Record<string, unknown> {
  items: { id: string; version?: number }[];
}

/** The request. `force` names no versions: the last one wins, which is me. */
export function bodyOf(tasks: readonly TaskRow[], doing: Doing, mine: ReadonlySet<string>, force = false): Body {
  const items = tasks.map(({ id, version }) =>
    // What waits here is my own and comes first; it is no conflict with what I do now.
    force || mine.has(id) || !("change" in doing) ? { id } : { id, version },
  );
  if ("change" in doing) return { items, change: doing.change };
  return "move" in doing ? { items, move: doing.move } : { items, delete: true };
}

/** What it looks like before the server has answered; deleted ones take what is below them along. */
export function shownOf(tasks: readonly TaskRow[], doing: Doing, everything: readonly TaskRow[], state: ReadonlyMap<string, StateOut>): Pending[] {
  if ("delete" in doing) return [...withBelow(tasks, everything)].map((task) => ({ task, deleted: true as const }));
  return tasks.map((task, place) => {
    const to = "move" in doing ? doing.state : state.get(doing.change.state_id ?? "");
    const completed_at = to === undefined ? task.completed_at : isOpen(to.category) ? null : (task.completed_at ?? new Date().toISOString());
    const fields = "move" in doing ? { state_id: doing.state.id, rank: doing.ranks[place] ?? task.rank } : fieldsOf(task, doing.change);
    return { task: task.id, fields: { ...fields, completed_at } };
  });
}

function withBelow(tasks: readonly TaskRow[], everything: readonly TaskRow[]): Set<string> {
  const found = new Set(tasks.map((task) => task.id));
  for (let grown = true; grown; ) {
    const before = found.size;
    for (const one of everything) if (one.parent_id !== null && found.has(one.parent_id)) found.add(one.id);
    grown = found.size > before;
  }
  return found;
}

/** Where many go in a column: after the card above `index`, those that move not counted. */
export function placesAt(column: readonly TaskRow[], index: number, moving: ReadonlySet<string>): { after_id: string | null; before_id: string | null; ranks: string[] } {
  const others = column.filter((one) => !moving.has(one.id));
  const after = others[Math.min(index, others.length) - 1] ?? null;
  const before = others[Math.min(index, others.length)] ?? null;
  let ranks: string[];
  try {
    ranks = generateNKeysBetween(after?.rank ?? null, before?.rank ?? null, moving.size);
  } catch {
    // Two alike beside each other: the server finds room, until then they stand at the one above.
    ranks = Array.from({ length: moving.size }, (_, place) => `${after?.rank ?? "a0"}V${String(place).padStart(4, "0")}`);
  }
  return { after_id: after?.id ?? null, before_id: after ? null : (before?.id ?? null), ranks };
}

/** How the server's answer changes what is cached, until the events are here. */
export function toldOf(answer: BulkOut, shown: readonly Pending[]): { id: string; after: Record<string, unknown> | null }[] {
  const done = new Map(answer.items.filter((one) => one.status === "changed").map((one) => [one.id, one]));
  const refused = new Set(answer.items.filter((one) => one.status !== "changed").map((one) => one.id));
  return shown.flatMap((one): { id: string; after: Record<string, unknown> | null }[] => {
    if ("deleted" in one) return refused.has(one.task) ? [] : [{ id: one.task, after: null }];
    const result = done.get(one.task);
    return result && "fields" in one ? [{ id: one.task, after: { ...one.fields, ...(result.version !== null && { version: result.version }) } }] : [];
  });
}

/** What somebody should hear of: not done, with the reason. What was so already is no reason to talk. */
export const refusedOf = (answer: BulkOut): BulkResult[] => answer.items.filter((one) => one.status === "conflict" || one.status === "refused");

export const countChanged = (answer: BulkOut) => answer.items.filter((one) => one.status === "changed").length;

const doneWords: Record<string, string> = {
  state_id: "State",
  priority: "Priority",
  due_on: "Due date",
  start_on: "Start date",
  parent_id: "Part of",
  labels: "Labels",
  assignees: "Assignees",
};

/** In the list of what waits, for all of them: "Priority". */
export function whatWords(doing: Doing): string {
  if ("delete" in doing) return "Deleted";
  if ("move" in doing) return `Moved to ${doing.state.name}`;
  return Object.keys(doing.change).map((field) => doneWords[field] ?? field).join(", ");
}

/** At the foot of the page: "7 tasks were moved to Done." */
export function outcomeWords(count: number, doing: Doing): string {
  const what = "delete" in doing ? "deleted" : "move" in doing ? `moved to ${doing.state.name}` : "changed";
  return `${plural(count, "task was", "tasks were")} ${what}.`;
}
