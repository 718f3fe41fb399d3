import { queryOptions } from "@tanstack/react-query";

import { get } from "@/api/client";
import type { RelationsOut } from "@/api/types";
import type { ChecklistChange } from "@/lib/steps";
import { applyToRelations, applyToTask, type KeptTask } from "@/live/apply";
import { live } from "@/live/cache";

export const taskKey = (workspace: string, humanId: string) => ["tasks", workspace, humanId] as const;

export const taskQuery = (workspace: string, humanId: string) =>
  queryOptions({
    queryKey: taskKey(workspace, humanId),
    queryFn: ({ signal }) => get<KeptTask>(`/api/workspaces/${workspace}/tasks/${humanId}`, {}, signal),
    // Its project's topic keeps it fresh while the board is followed; opened anew, it is asked for again.
    staleTime: 0,
    meta: live<KeptTask>({ apply: applyToTask, access: true }),
  });

/** What a task hangs together with, in other projects too. */
export const relationsQuery = (task: string) =>
  queryOptions({
    queryKey: ["tasks", task, "relations"] as const,
    queryFn: ({ signal }) => get<RelationsOut>(`/api/tasks/${task}/relations`, {}, signal),
    staleTime: 10_000,
    meta: live<RelationsOut>({ apply: applyToRelations, revisions: (found) => found.revisions, access: true }),
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
  estimate?: number | null;
  duplicate_of_id?: string | null;
  blocked_by?: { add?: string[]; remove?: string[] };
  related?: { add?: string[]; remove?: string[] };
  checklist?: ChecklistChange;
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
