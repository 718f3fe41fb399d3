import { queryOptions } from "@tanstack/react-query";

import { get } from "@/api/client";
import type { CommentOut, CommentsOut } from "@/api/types";
import { applyToComments } from "@/live/apply";
import { live } from "@/live/cache";
import { theOutbox } from "@/live/useOutbox";
import type { Waiting } from "@/live/waiting";

export const commentsKey = (task: string) => ["comments", task] as const;

export const commentsQuery = (project: string, task: string) =>
  queryOptions({
    queryKey: commentsKey(task),
    queryFn: ({ signal }) => get<CommentsOut>(`/api/tasks/${task}/comments`, {}, signal),
    staleTime: 0,
    meta: live<CommentsOut>({
      apply: applyToComments(project, task),
      revisions: (comments) => ({ [`project:${project}`]: comments.revision }),
    }),
  });

/** The task that is talked about, in words for the list of what waits. */
export interface Talk {
  project: string;
  task: string;
  name: string;
}

// All of them go through the outbox: kept in this browser until the server has them. Null waits for the connection.

export const sayComment = ({ project, task, name }: Talk, body: string) =>
  theOutbox().add({
    lane: `talk:${task}`,
    thing: `talk:${task}`,
    project,
    name,
    method: "POST",
    path: `/api/tasks/${task}/comments`,
    body: { body },
    tells: "comment.created",
    what: "Comment",
    shown: { said: body },
  });

export const changeComment = (name: string, comment: CommentOut, body: string, version: number) =>
  theOutbox().add({
    lane: `comment:${comment.id}`,
    thing: comment.id,
    project: comment.project_id,
    name,
    method: "PATCH",
    path: `/api/comments/${comment.id}`,
    body: { body, version },
    tells: "comment.changed",
    what: "Comment edited",
    shown: { fields: { body } },
  });

export const removeComment = (name: string, comment: CommentOut) =>
  theOutbox().add({
    lane: `comment:${comment.id}`,
    thing: comment.id,
    project: comment.project_id,
    name,
    method: "DELETE",
    path: `/api/comments/${comment.id}`,
    body: null,
    tells: "comment.deleted",
    what: "Comment deleted",
  });

/** A comment as it is shown while something about it waits; null when it is being deleted. */
export function withWaiting(comment: CommentOut, items: readonly Waiting[]): CommentOut | null {
  let shown: CommentOut = comment;
  for (const item of items) {
    if (item.thing !== comment.id || item.state === "refused") continue;
    if (item.method === "DELETE") return null;
    shown = { ...shown, ...(item.shown?.fields as Partial<CommentOut>), body_html: "" };
  }
  return shown;
}

/** What I have said on a task and the server has not taken yet. */
export const saidOn = (task: string, items: readonly Waiting[]) =>
  items.filter((item) => item.thing === `talk:${task}` && item.state !== "refused" && !item.met);
