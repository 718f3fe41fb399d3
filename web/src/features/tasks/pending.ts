import { useSyncExternalStore } from "react";

import type { TaskOut, TaskRow } from "@/api/types";
import { onWaiting, waitingNow } from "@/live/useOutbox";
import type { Waiting } from "@/live/waiting";

/**
 * What I did and the server has not answered yet. The cache holds only what the server said; this is laid over it
 * when it is shown, so that an answer or somebody's event in between never moves a thing back under my hand.
 */
export type Pending =
  | { task: string; fields: Partial<TaskOut> }
  | { task: string; deleted: true }
  | { task: string; created: TaskRow };

let held: readonly Pending[] = [];
let written: readonly Waiting[] = [];
let pending: readonly Pending[] = [];
const listeners = new Set<() => void>();

/** What is written lies below what is held in the hand at this moment. */
function lay() {
  pending = [...pendingOf(written), ...held];
  for (const listener of listeners) listener();
}

/** What a list of writes lays over the tasks. What was refused is shown no more: the task is as it was. */
export function pendingOf(items: readonly Waiting[]): Pending[] {
  return items
    .filter((item) => item.state !== "refused" && !item.met && item.shown !== undefined)
    .flatMap(({ shown = {} }) => ("task" in shown ? [shown as unknown as Pending] : "all" in shown ? (shown.all as Pending[]) : []));
}

/** Lays something over until it is released: a card in the hand stays where the hand is. */
export function pend(one: Pending): () => void {
  held = [...held, one];
  lay();
  return () => {
    held = held.filter((other) => other !== one);
    lay();
  };
}

const now = () => {
  if (waitingNow() !== written) {
    written = waitingNow();
    pending = [...pendingOf(written), ...held];
  }
  return pending;
};

export function usePending(): readonly Pending[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    const stop = onWaiting(listener);
    return () => {
      listeners.delete(listener);
      stop();
    };
  }, now);
}

/** The tasks with what is pending laid over them; the same array where nothing is. */
export function withPending(tasks: TaskRow[], over: readonly Pending[], project: string): TaskRow[] {
  if (over.length === 0) return tasks;
  // By id, because a thousand may be changed at once.
  const shown = new Map(tasks.map((task) => [task.id, task]));
  let touched = false;
  for (const one of over) {
    const task = shown.get(one.task);
    if ("created" in one ? one.created.project_id !== project || task : !task) continue;
    touched = true;
    if ("created" in one) shown.set(one.task, one.created);
    else if ("deleted" in one) shown.delete(one.task);
    else if (task) shown.set(one.task, { ...task, ...one.fields });
  }
  return touched ? [...shown.values()] : tasks;
}

export function taskWithPending<T extends TaskRow>(task: T, over: readonly Pending[]): T {
  let shown = task;
  for (const one of over) if (one.task === task.id && "fields" in one) shown = { ...shown, ...one.fields };
  return shown;
}
