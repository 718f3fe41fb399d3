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
    .filter((item) => item.state !== "refused" && item.shown !== undefined && "task" in item.shown)
    .map((item) => item.shown as unknown as Pending);
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
