import { useSyncExternalStore } from "react";

import type { TaskOut, TaskRow } from "@/api/types";

/**
 * What I did and the server has not answered yet. The cache holds only what the server said; this is laid over it
 * when it is shown, so that an answer or somebody's event in between never moves a thing back under my hand.
 */
export type Pending =
  | { task: string; fields: Partial<TaskOut> }
  | { task: string; deleted: true }
  | { task: string; created: TaskRow };

let pending: readonly Pending[] = [];
const listeners = new Set<() => void>();

function set(next: readonly Pending[]) {
  pending = next;
  for (const listener of listeners) listener();
}

/** Lays something over; the answer takes it away again. */
export function pend(one: Pending): () => void {
  set([...pending, one]);
  return () => set(pending.filter((other) => other !== one));
}

export function usePending(): readonly Pending[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => pending,
  );
}

/** The tasks with what is pending laid over them; the same array where nothing is. */
export function withPending(tasks: TaskRow[], over: readonly Pending[], project: string): TaskRow[] {
  let shown = tasks;
  for (const one of over) {
    if ("created" in one) {
      if (one.created.project_id === project && !shown.some((task) => task.id === one.task)) shown = [...shown, one.created];
      continue;
    }
    const place = shown.findIndex((task) => task.id === one.task);
    const task = shown[place];
    if (!task) continue;
    shown = "deleted" in one ? shown.toSpliced(place, 1) : shown.with(place, { ...task, ...one.fields });
  }
  return shown;
}

export function taskWithPending<T extends TaskRow>(task: T, over: readonly Pending[]): T {
  let shown = task;
  for (const one of over) if (one.task === task.id && "fields" in one) shown = { ...shown, ...one.fields };
  return shown;
}
