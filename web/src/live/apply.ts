import type { BoardOut, CommentsOut, EventOut, FoundOut, MembersOut, MyWorkOut, ProjectsOut, RelationsOut, TaskOut } from "@/api/types";

type Fields = Record<string, unknown>;

/** One thing changed: an event of the stream, or a server's answer, told before its event arrives (no revision). */
export type Change = Pick<EventOut, "topic" | "kind" | "id" | "before" | "after"> & { revision: number | null };

/**
 * New data, or the same object where the change means nothing to it. `undefined`: this cannot be told from here,
 * fetch it again.
 */
export type Apply<T> = (data: T, change: Change) => T | undefined;

/** A task as this browser keeps it: one that was deleted stays readable while its sheet is open. */
export type KeptTask = TaskOut & { deleted?: boolean };

const nounOf = (change: Change) => change.kind.slice(0, change.kind.indexOf("."));
const versionOf = (thing: object) => ("version" in thing && typeof thing.version === "number" ? thing.version : 0);

function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, place) => each === other[place]);
  return one === other;
}

/** The cached thing with the changed fields; itself when they say nothing new. Never goes back a version. */
export function merged<T extends object>(cached: T, after: Fields): T {
  if (versionOf(after) < versionOf(cached)) return cached;
  const held = cached as Fields;
  return Object.keys(after).every((field) => same(held[field], after[field])) ? cached : { ...cached, ...after };
}

/** The list with the change in it. A change of something the list has never seen cannot be told from here. */
export function mergedList<T extends object>(
  list: T[],
  change: Change,
  idOf: (one: T) => string = (one) => (one as { id: string }).id,
): T[] | undefined {
  const place = list.findIndex((one) => idOf(one) === change.id);
  const cached = list[place];
  if (change.after === null) return cached ? list.toSpliced(place, 1) : list;
  if (!cached) return change.before === null ? [...list, change.after as T] : undefined;
  const next = merged(cached, change.after);
  return next === cached ? list : list.with(place, next);
}

const isOld = (change: Change, revision: number | undefined) =>
  change.revision !== null && revision !== undefined && change.revision <= revision;

const boardLists = { task: "tasks", state: "states", label: "labels" } as const;

export const applyToBoard: Apply<BoardOut> = (board, change) => {
  if (change.topic === `workspace:${board.project.workspace_id}`)
    return nounOf(change) === "member" || nounOf(change) === "person" ? undefined : board;
  if (change.topic !== `project:${board.project.id}` || isOld(change, board.revision)) return board;
  const revision = change.revision ?? board.revision;
  const noun = nounOf(change);
  if (noun === "project") {
    if (change.after === null) return undefined;
    return { ...board, project: merged(board.project, change.after), revision };
  }
  const name = boardLists[noun as keyof typeof boardLists];
  if (name === undefined) return revision === board.revision ? board : { ...board, revision };
  const list = mergedList<{ id: string }>(board[name], change);
  if (list === undefined) return undefined;
  return list === board[name] && revision === board.revision ? board : { ...board, [name]: list, revision };
};

export const applyToTask: Apply<KeptTask> = (task, change) => {
  if (nounOf(change) !== "task" || change.id !== task.id) return task;
  if (change.after === null) return task.deleted ? task : { ...task, deleted: true };
  // The text without its rendering would show the old one.
  if ("description" in change.after && !("description_html" in change.after)) return undefined;
  const next = merged<KeptTask>(task, change.after);
  return change.before === null && next.deleted ? { ...next, deleted: false } : next;
};

export const applyToComments =
  (projectId: string, taskId: string): Apply<CommentsOut> =>
  (comments, change) => {
    if (change.topic !== `project:${projectId}` || isOld(change, comments.revision)) return comments;
    const next = change.revision === null ? comments : { ...comments, revision: change.revision };
    if (nounOf(change) !== "comment") return next;
    const known = comments.items.some((one) => one.id === change.id);
    if (!known && (change.after?.task_id !== taskId || change.before !== null)) return next;
    const items = mergedList(comments.items, change);
    return items === undefined || items === comments.items ? next : { ...next, items };
  };

export const applyToProjects =
  (workspaceId: string): Apply<ProjectsOut> =>
  (list, change) => {
    const known = list.projects.some((one) => one.id === change.id);
    if (nounOf(change) !== "project") {
      if (change.topic !== `workspace:${workspaceId}` || change.revision === null) return list;
      return isOld(change, list.revision) ? list : { ...list, revision: change.revision };
    }
    const own = change.topic === `workspace:${workspaceId}`;
    if (!own && !known) return list;
    if (own && isOld(change, list.revision)) return list;
    // Events do not say what I may do there, so a project that is new to me is asked for.
    if (!known && change.after !== null) return undefined;
    const projects = mergedList(list.projects, change) ?? list.projects;
    const revision = own && change.revision !== null ? change.revision : list.revision;
    return projects === list.projects && revision === list.revision ? list : { ...list, projects, revision };
  };

export const applyToMembers =
  (workspaceId: string): Apply<MembersOut> =>
  (list, change) => {
    if (change.topic !== `workspace:${workspaceId}` || isOld(change, list.revision)) return list;
    const revision = change.revision ?? list.revision;
    const noun = nounOf(change);
    if (noun === "person") {
      const people = mergedList(list.members, { ...change, before: change.before ?? {} }, (one) => one.person_id);
      return { ...list, members: people ?? list.members, revision };
    }
    if (noun !== "member") return revision === list.revision ? list : { ...list, revision };
    const members = mergedList(list.members, change, (one) => one.person_id);
    // What others are told of a member may lack what I am shown, such as the address.
    if (members === undefined || (members.length > list.members.length && !("name" in (change.after ?? {}))))
      return undefined;
    return { ...list, members, revision };
  };

/** `me` decides what belongs here; whether a state is still open is not in the event, so those are asked for. */
export const applyToMyWork =
  (me: string): Apply<MyWorkOut> =>
  (work, change) => {
    const revision = work.revisions[change.topic];
    if (isOld(change, revision)) return work;
    const moved =
      change.revision !== null && revision !== undefined
        ? { ...work, revisions: { ...work.revisions, [change.topic]: change.revision } }
        : work;
    if (nounOf(change) === "state") return undefined;
    if (nounOf(change) !== "task") return moved;
    const known = work.items.find((one) => one.id === change.id);
    const people = change.after?.assignee_ids;
    const mine = Array.isArray(people) ? people.includes(me) : undefined;
    if (!known) return mine ? undefined : moved;
    if (change.after === null || mine === false)
      return { ...moved, items: work.items.filter((one) => one.id !== change.id) };
    if ("state_id" in change.after && change.after.state_id !== known.state_id) return undefined;
    const items = mergedList(work.items, change) ?? work.items;
    return items === work.items ? moved : { ...moved, items };
  };

const SEARCHED = ["task", "comment", "state", "label", "project"];

/** Only the server knows what a filter means, so the result is asked for again; an answer to me shows at once. */
export const applyToFound: Apply<FoundOut> = (found, change) => {
  const revision = found.revisions?.[change.topic];
  if (change.revision === null) {
    if (nounOf(change) !== "task") return found;
    const items = mergedList(found.items, { ...change, before: change.before ?? {} });
    return items === undefined || items === found.items ? found : { ...found, items };
  }
  if (revision === undefined || isOld(change, revision)) return found;
  if (SEARCHED.includes(nounOf(change))) return undefined;
  return { ...found, revisions: { ...found.revisions, [change.topic]: change.revision } };
};

/** Any task may come to hang together with this one, so only what cannot matter is passed over. */
export const applyToRelations: Apply<RelationsOut> = (found, change) => {
  const revision = found.revisions[change.topic];
  if (change.revision === null || revision === undefined || isOld(change, revision)) return found;
  const fields = Object.keys(change.after ?? {});
  if (nounOf(change) === "task" && (change.before === null || change.after === null || fields.some((field) => RELATED.has(field)))) return undefined;
  return { ...found, revisions: { ...found.revisions, [change.topic]: change.revision } };
};

const RELATED = new Set(["title", "state_id", "blocked_by_ids", "related_ids", "duplicate_of_id", "assignee_ids"]);
