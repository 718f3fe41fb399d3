import { generateKeyBetween } from "fractional-indexing";

import type { StateOut, TaskRow } from "@/api/types";
import type { Category } from "@/lib/words";

/** Rank keys are compared as bytes, like the server's COLLATE "C"; the id settles two that are equal. */
export function byRank(one: { rank: string; id: string }, other: { rank: string; id: string }): number {
  if (one.rank !== other.rank) return one.rank < other.rank ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** A key between two others; close enough where there is none, for the server has the last word. */
export function rankBetween(after: string | null, before: string | null): string {
  try {
    return generateKeyBetween(after, before);
  } catch {
    return after ?? before ?? generateKeyBetween(null, null);
  }
}

export interface Column {
  state: StateOut;
  tasks: TaskRow[];
}

/** Each state with its tasks, both in rank order. Tasks of a state that is not known (yet) are left out. */
export function columnsOf(states: readonly StateOut[], tasks: readonly TaskRow[]): Column[] {
  const byState = new Map<string, TaskRow[]>(states.map((state) => [state.id, []]));
  for (const task of tasks) byState.get(task.state_id)?.push(task);
  return states.toSorted(byRank).map((state) => ({ state, tasks: (byState.get(state.id) ?? []).toSorted(byRank) }));
}

/** Where a task goes in a column: the neighbours it will have, and a rank that shows it there meanwhile. */
export interface Place {
  after_id: string | null;
  before_id: string | null;
  rank: string;
}

/** The place at `index` of a column, counted without the task itself. */
export function placeAt(column: readonly TaskRow[], index: number, taskId: string): Place {
  const others = column.filter((one) => one.id !== taskId);
  const after = others[Math.min(index, others.length) - 1] ?? null;
  const before = others[Math.min(index, others.length)] ?? null;
  return {
    after_id: after?.id ?? null,
    before_id: after ? null : (before?.id ?? null),
    rank: rankBetween(after?.rank ?? null, before?.rank ?? null),
  };
}

export const isOpen = (category: Category | undefined) => category !== "done" && category !== "cancelled";

/** Whether an open task of the project blocks it. Those of other projects are told in its sheet. */
export const isBlocked = (task: TaskRow, all: ReadonlyMap<string, TaskRow>) =>
  task.blocked_by_ids.some((id) => all.get(id)?.completed_at === null);

export interface Progress {
  done: number;
  total: number;
}

/** Sub-tasks done and in all, by parent. Cancelled ones do not count. */
export function progressOf(tasks: readonly TaskRow[], states: readonly StateOut[]): Map<string, Progress> {
  const category = new Map(states.map((state) => [state.id, state.category]));
  const found = new Map<string, Progress>();
  for (const task of tasks) {
    if (task.parent_id === null || category.get(task.state_id) === "cancelled") continue;
    const progress = found.get(task.parent_id) ?? { done: 0, total: 0 };
    progress.total += 1;
    if (category.get(task.state_id) === "done") progress.done += 1;
    found.set(task.parent_id, progress);
  }
  return found;
}
