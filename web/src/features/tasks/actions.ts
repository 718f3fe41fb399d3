import type { QueryClient } from "@tanstack/react-query";

import type { ConflictOut, StateOut, TaskOut, TaskRow } from "@/api/types";
import type { ProblemError } from "@/lib/problem";
import { isProblem } from "@/lib/problem";
import { accessChanged } from "@/live/cache";
import { toast, toastError } from "@/ui/toast";

import * as api from "./api";
import { isOpen, type Place } from "./order";
import { pend } from "./pending";

// One request at a time for each task, so that a second quick change is based on the first.
const queues = new Map<string, Promise<unknown>>();
// My own last answer for each field: what it changed is not somebody else's change.
const own = new Map<string, Map<string, number>>();

async function inTurn<T>(task: string, run: () => Promise<T>): Promise<T> {
  const turn = (queues.get(task) ?? Promise.resolve()).then(run, run);
  queues.set(task, turn);
  try {
    return await turn;
  } finally {
    if (queues.get(task) === turn) queues.delete(task);
  }
}

/** The refused change, with what is there now: what the conflict panel shows. */
export interface Conflict {
  change: api.TaskChange;
  conflicts: ConflictOut[];
  current: TaskOut;
}

export function conflictOf(error: unknown, change: api.TaskChange): Conflict | null {
  if (!isProblem(error) || error.status !== 409 || !Array.isArray(error.extra.conflicts)) return null;
  return { change, conflicts: error.extra.conflicts as ConflictOut[], current: error.extra.current as TaskOut };
}

function added(ids: readonly string[], change: { add?: string[]; remove?: string[] }): string[] {
  const kept = ids.filter((id) => !change.remove?.includes(id));
  return [...kept, ...(change.add ?? []).filter((id) => !kept.includes(id))];
}

/** What the change will look like before the server has answered. */
export function fieldsOf(task: TaskRow, { labels, assignees, ...fields }: api.TaskChange): Partial<TaskOut> {
  return {
    ...fields,
    // Rendering is the server's; until it has answered the plain text is shown.
    ...(fields.description !== undefined && { description_html: "" }),
    ...(labels && { label_ids: added(task.label_ids, labels) }),
    ...(assignees && { assignee_ids: added(task.assignee_ids, assignees) }),
  };
}

/** Shown at once, settled by the answer. Throws what the server refused; nothing of it is shown any more then. */
export async function changeTask(
  client: QueryClient,
  task: TaskRow,
  change: api.TaskChange,
  basedOn: number = task.version,
): Promise<TaskOut> {
  const undo = pend({ task: task.id, fields: fieldsOf(task, change) });
  try {
    return await inTurn(task.id, async () => {
      const versions = own.get(task.id) ?? new Map<string, number>();
      const version = Math.max(basedOn, ...Object.keys(change).map((field) => versions.get(field) ?? 0));
      const answer = await api.patchTask(task.id, { ...change, version });
      for (const field of Object.keys(change)) versions.set(field, answer.version);
      own.set(task.id, versions);
      api.tellTask(client, answer);
      return answer;
    });
  } catch (error) {
    settleRefusal(client, error);
    throw error;
  } finally {
    undo();
  }
}

/** A refused change tells what is there now; a lost session or task is asked about. */
function settleRefusal(client: QueryClient, error: unknown): void {
  if (!isProblem(error)) return;
  if (error.status === 401) accessChanged(client);
  const current = error.extra.current as TaskOut | undefined;
  if (current && typeof current === "object" && "project_id" in current) api.tellTask(client, current);
}

/** The same for a change picked from a menu: a refusal is a line at the foot of the page. */
export async function changeQuietly(client: QueryClient, task: TaskRow, change: api.TaskChange): Promise<void> {
  try {
    await changeTask(client, task, change);
  } catch (error) {
    const conflict = conflictOf(error, change);
    if (conflict)
      toast({
        words: `${task.human_id}: ${(error as ProblemError).detail}`,
        tone: "danger",
        action: {
          name: "Set mine",
          run: () => void changeQuietly(client, conflict.current, change),
        },
      });
    else toastError(error, `${task.human_id} is as it was.`);
  }
}

export async function moveTask(client: QueryClient, task: TaskRow, state: StateOut, place: Place): Promise<void> {
  const completed_at = isOpen(state.category) ? null : (task.completed_at ?? new Date().toISOString());
  const undo = pend({ task: task.id, fields: { state_id: state.id, rank: place.rank, completed_at } });
  try {
    await inTurn(task.id, async () => {
      const { after_id, before_id } = place;
      const answer = await api.postMove(task.id, { state_id: state.id, after_id, before_id });
      const versions = own.get(task.id) ?? new Map<string, number>();
      own.set(task.id, versions.set("state_id", answer.version));
      api.tellTask(client, answer);
    });
  } catch (error) {
    settleRefusal(client, error);
    toastError(error, `${task.human_id} is back where it was.`);
  } finally {
    undo();
  }
}

export async function createTask(
  client: QueryClient,
  project: string,
  task: api.NewTask,
  shown: TaskRow | null,
): Promise<TaskOut> {
  const undo = shown ? pend({ task: shown.id, created: shown }) : null;
  try {
    const answer = await api.postTask(project, task);
    api.tellTask(client, answer, "created");
    return answer;
  } catch (error) {
    settleRefusal(client, error);
    throw error;
  } finally {
    undo?.();
  }
}

/** Away at once, and for a while there is a way back. */
export async function removeTask(client: QueryClient, task: TaskRow): Promise<void> {
  const undo = pend({ task: task.id, deleted: true });
  try {
    await inTurn(task.id, () => api.deleteTask(task.id));
    api.tellDeleted(client, task);
    toast({
      words: `${task.human_id} was deleted.`,
      action: { name: "Undo", run: () => void restoreTask(client, task) },
    });
  } catch (error) {
    settleRefusal(client, error);
    toastError(error, `${task.human_id} is still there.`);
  } finally {
    undo();
  }
}

export async function restoreTask(client: QueryClient, task: TaskRow): Promise<void> {
  try {
    api.tellTask(client, await api.postRestore(task.id), "created");
  } catch (error) {
    toastError(error);
  }
}
