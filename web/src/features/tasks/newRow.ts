import type { StateOut, TaskRow } from "@/api/types";
import { localId } from "@/lib/insecure";

/** How a task looks until the server has given it an id and a number. */
export function newRow(state: StateOut, title: string, rank: string): TaskRow {
  const now = new Date().toISOString();
  return {
    id: `new-${localId()}`,
    project_id: state.project_id,
    number: 0,
    human_id: "",
    title,
    state_id: state.id,
    priority: 0,
    rank,
    parent_id: null,
    start_on: null,
    due_on: null,
    estimate: null,
    checklist_total: 0,
    checklist_done: 0,
    blocked_by_ids: [],
    duplicate_of_id: null,
    related_ids: [],
    label_ids: [],
    assignee_ids: [],
    created_by: null,
    created_at: now,
    updated_at: now,
    completed_at: null,
    version: 0,
  };
}

/** Not known to the server yet: it cannot be opened, moved or pointed at. */
export const isNew = (task: { id: string }): boolean => task.id.startsWith("new-");
