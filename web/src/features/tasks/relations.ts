import type { RelationsOut, TaskRow } from "@/api/types";

import type { TaskChange } from "./api";

export type RelationKind = RelationsOut["items"][number]["kind"];

/** In the order in which they are shown. */
export const relationWords: Record<RelationKind, string> = {
  blocked_by: "Blocked by",
  blocks: "Blocks",
  duplicate_of: "Duplicate of",
  duplicated_by: "Duplicated by",
  related: "Related to",
};

/** What each task of the project is to this one; a task may be several things. */
export function relationsHere(task: TaskRow, tasks: readonly TaskRow[]): { kind: RelationKind; task: TaskRow }[] {
  const kinds = Object.keys(relationWords) as RelationKind[];
  return kinds.flatMap((kind) => tasks.filter((other) => other.id !== task.id && is(kind, task, other)).map((other) => ({ kind, task: other })));
}

function is(kind: RelationKind, task: TaskRow, other: TaskRow): boolean {
  switch (kind) {
    case "blocked_by":
      return task.blocked_by_ids.includes(other.id);
    case "blocks":
      return other.blocked_by_ids.includes(task.id);
    case "duplicate_of":
      return task.duplicate_of_id === other.id;
    case "duplicated_by":
      return other.duplicate_of_id === task.id;
    case "related":
      return task.related_ids.includes(other.id) || other.related_ids.includes(task.id);
  }
}

/** Which task to change, and how, so that the other one is this to it, or no longer is. A relation is kept on one of the two. */
export function relating<T extends TaskRow>(kind: RelationKind, task: T, other: T, on: boolean): { of: T; change: TaskChange } {
  const members = (id: string) => (on ? { add: [id] } : { remove: [id] });
  switch (kind) {
    case "blocked_by":
      return { of: task, change: { blocked_by: members(other.id) } };
    case "blocks":
      return { of: other, change: { blocked_by: members(task.id) } };
    case "duplicate_of":
      return { of: task, change: { duplicate_of_id: on ? other.id : null } };
    case "duplicated_by":
      return { of: other, change: { duplicate_of_id: on ? task.id : null } };
    case "related":
      return on || task.related_ids.includes(other.id)
        ? { of: task, change: { related: members(other.id) } }
        : { of: other, change: { related: members(task.id) } };
  }
}
