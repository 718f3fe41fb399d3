import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { del, get, patch, post } from "@/api/client";
import type { TaskOut, TaskRow } from "@/api/types";
import { applyToTask, type KeptTask } from "@/live/apply";
import { live, tell } from "@/live/cache";

export const taskKey = (workspace: string, humanId: string) => ["tasks", workspace, humanId] as const;

export const taskQuery = (workspace: string, humanId: string) =>
  queryOptions({
    queryKey: taskKey(workspace, humanId),
    queryFn: ({ signal }) => get<KeptTask>(`/api/workspaces/${workspace}/tasks/${humanId}`, {}, signal),
    // Its project's topic keeps it fresh while the board is followed; opened anew, it is asked for again.
    staleTime: 0,
    meta: live<KeptTask>({ apply: applyToTask, access: true }),
  });

/** What PATCH takes. Absent is not null. */
export interface TaskChange {
  title?: string;
  description?: string;
  state_id?: string;
  priority?: number;
  parent_id?: string | null;
  start_on?: string | null;
  due_on?: string | null;
  labels?: { add?: string[]; remove?: string[] };
  assignees?: { add?: string[]; remove?: string[] };
}

export interface NewTask {
  title: string;
  description?: string;
  state_id?: string;
  priority?: number;
  parent_id?: string | null;
  due_on?: string | null;
  label_ids?: string[];
  assignee_ids?: string[];
  after_id?: string | null;
}

export interface Move {
  state_id?: string;
  after_id?: string | null;
  before_id?: string | null;
}

export const postTask = (project: string, task: NewTask) => post<TaskOut>(`/api/projects/${project}/tasks`, task);
export const patchTask = (id: string, change: TaskChange & { version: number }) =>
  patch<TaskOut>(`/api/tasks/${id}`, change);
export const postMove = (id: string, move: Move) => post<TaskOut>(`/api/tasks/${id}/move`, move);
export const deleteTask = (id: string) => del(`/api/tasks/${id}`);
export const postRestore = (id: string) => post<TaskOut>(`/api/tasks/${id}/restore`);

/** Puts an answer where its event will arrive a moment later. */
export function tellTask(client: QueryClient, task: TaskOut, kind: "created" | "changed" = "changed"): void {
  tell(client, {
    topic: `project:${task.project_id}`,
    kind: `task.${kind}`,
    id: task.id,
    before: kind === "created" ? null : {},
    after: { ...task },
    revision: null,
  });
}

export function tellDeleted(client: QueryClient, task: TaskRow): void {
  tell(client, {
    topic: `project:${task.project_id}`,
    kind: "task.deleted",
    id: task.id,
    before: { ...task },
    after: null,
    revision: null,
  });
}
