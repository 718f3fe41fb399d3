import type { QueryClient } from "@tanstack/react-query";

import type { StateOut, TaskOut, TaskRow } from "@/api/types";
import { offerUndo } from "@/features/history/undo";
import { localId } from "@/lib/insecure";
import { isConflictProblem } from "@/lib/problem";
import { changedSteps, type Step } from "@/lib/steps";
import type { Answer } from "@/live/outbox";
import { theOutbox } from "@/live/useOutbox";
import type { Write } from "@/live/waiting";
import { toast, toastError } from "@/ui/toast";

import type { Move, NewTask, TaskChange } from "./api";
import { warnIfBlocked } from "./blocked";
import { isOpen, type Place } from "./order";

// Everything here goes through the outbox: shown at once, kept in this browser until the server has it, and settled by
// its answer. Null is not a refusal: it waits for the connection.

function added(ids: readonly string[], change: { add?: string[]; remove?: string[] }): string[] {
  const kept = ids.filter((id) => !change.remove?.includes(id));
  return [...kept, ...(change.add ?? []).filter((id) => !kept.includes(id))];
}

/** What the change will look like before the server has answered. */
export function fieldsOf(task: TaskRow & { checklist?: readonly Step[] }, change: TaskChange): Partial<TaskOut> {
  const { labels, assignees, blocked_by, related, checklist, ...fields } = change;
  const steps = checklist && task.checklist && changedSteps(task.checklist, checklist);
  return {
    ...fields,
    ...(blocked_by && { blocked_by_ids: added(task.blocked_by_ids, blocked_by) }),
    ...(related && { related_ids: added(task.related_ids, related) }),
    ...(steps && { checklist: steps, checklist_total: steps.length, checklist_done: steps.filter((step) => step.done).length }),
    // Rendering is the server's; until it has answered the plain text is shown.
    ...(fields.description !== undefined && { description_html: "" }),
    ...(labels && { label_ids: added(task.label_ids, labels) }),
    ...(assignees && { assignee_ids: added(task.assignee_ids, assignees) }),
  };
}


const changeWords: Record<keyof TaskChange, string> = {
  title: "Title",
  description: "Description",
  state_id: "State",
  priority: "Priority",
  parent_id: "Part of",
  start_on: "Start date",
  due_on: "Due date",
  estimate: "Estimate",
  duplicate_of_id: "Duplicate of",
  blocked_by: "Blocked by",
  related: "Related tasks",
  checklist: "Checklist",
  labels: "Labels",
  assignees: "Assignees",
};

const nameOf = (task: TaskRow) => `${task.human_id} ${task.title}`.trim();

type Doing = Omit<Write, "lane" | "thing" | "project" | "name">;

function send(task: TaskRow, one: Doing): Promise<Answer | null> {
  const about = { lane: `task:${task.id}`, thing: task.id, project: task.project_id, name: nameOf(task) };
  return theOutbox().add({ ...about, ...one });
}

async function write(task: TaskRow, one: Doing): Promise<TaskOut | null> {
  const answer = await send(task, one);
  return answer && (answer.data as TaskOut);
}

/** Throws what the server refused; nothing of it is shown any more then. A conflict waits to be settled. */
export async function changeTask(
  client: QueryClient,
  task: TaskRow,
  change: TaskChange,
  basedOn: number = task.version,
): Promise<TaskOut | null> {
  const answer = await write(task, {
    method: "PATCH",
    path: `/api/tasks/${task.id}`,
    body: { ...change, version: basedOn },
    tells: "task.changed",
    what: Object.keys(change).map((field, place) => {
      const words = changeWords[field as keyof TaskChange] ?? field;
      return place === 0 ? words : words.toLowerCase();
    }).join(", "),
    shown: { task: task.id, fields: { ...fieldsOf(task, change) } },
  });
  if (answer) warnIfBlocked(client, task, change.state_id);
  return answer;
}

/** The same for a change picked from a menu: a refusal is a line at the foot of the page. */
export async function changeQuietly(client: QueryClient, task: TaskRow, change: TaskChange): Promise<void> {
  try {
    await changeTask(client, task, change);
  } catch (error) {
    // Of a conflict the outbox tells, and offers to settle it.
    if (!isConflictProblem(error)) toastError(error, `${task.human_id} is as it was.`);
  }
}

/** `offers` a way back, where it was not done by hand and eye. */
export async function moveTask(
  client: QueryClient,
  task: TaskRow,
  state: StateOut,
  place: Place,
  offers = false,
): Promise<void> {
  const completed_at = isOpen(state.category) ? null : (task.completed_at ?? new Date().toISOString());
  const { after_id, before_id } = place;
  const body: Move = { state_id: state.id, after_id, before_id };
  try {
    const answer = await send(task, {
      method: "POST",
      path: `/api/tasks/${task.id}/move`,
      body: { ...body },
      tells: "task.changed",
      what: `Moved to ${state.name}`,
      shown: { task: task.id, fields: { state_id: state.id, rank: place.rank, completed_at } },
    });
    if (answer) warnIfBlocked(client, task, state.id);
    if (offers && answer?.change) offerUndo(`${task.human_id} moved to ${state.name}.`, answer.change);
  } catch (error) {
    toastError(error, `${task.human_id} is back where it was.`);
  }
}

export async function createTask(
  _client: QueryClient,
  project: string,
  task: NewTask,
  shown: TaskRow | null,
): Promise<TaskOut | null> {
  const answer = await theOutbox().add({
    // One after the other, so that they come to stand in the order in which they were typed.
    lane: `create:${project}`,
    thing: shown?.id ?? `new-${localId()}`,
    project,
    name: task.title,
    method: "POST",
    path: `/api/projects/${project}/tasks`,
    body: { ...task },
    tells: "task.created",
    what: "New task",
    ...(shown && { shown: { task: shown.id, created: shown } }),
  });
  return answer && (answer.data as TaskOut);
}

/** Away at once, and for a while there is a way back. */
export async function removeTask(client: QueryClient, task: TaskRow): Promise<void> {
  try {
    const answer = await send(task, {
      method: "DELETE",
      path: `/api/tasks/${task.id}`,
      body: null,
      tells: "task.deleted",
      what: "Deleted",
      shown: { task: task.id, deleted: true },
    });
    if (answer) return offerUndo(`${task.human_id} was deleted.`, answer.change ?? null);
    toast({
      words: `${task.human_id} will be deleted when the connection returns.`,
      action: { name: "Undo", run: () => void restoreTask(client, task) },
    });
  } catch (error) {
    toastError(error, `${task.human_id} is still there.`);
  }
}

export async function restoreTask(_client: QueryClient, task: TaskRow): Promise<void> {
  const deletion = theOutbox().all().find((item) => item.thing === task.id && item.tells === "task.deleted" && item.tries === 0);
  // It never left this browser: taking it back is not sending it.
  if (deletion) return theOutbox().drop(deletion.id);
  try {
    await write(task, {
      method: "POST",
      path: `/api/tasks/${task.id}/restore`,
      body: {},
      tells: "task.created",
      what: "Restored",
      shown: { task: task.id, created: { ...task, deleted: false } },
    });
  } catch (error) {
    toastError(error);
  }
  return undefined;
}
