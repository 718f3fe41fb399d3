import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { del, get, patch, post } from "@/api/client";
import type { CommentOut, CommentsOut } from "@/api/types";
import { applyToComments } from "@/live/apply";
import { live, tell } from "@/live/cache";

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

export const postComment = (task: string, body: string) => post<CommentOut>(`/api/tasks/${task}/comments`, { body });
export const patchComment = (comment: CommentOut, body: string) =>
  patch<CommentOut>(`/api/comments/${comment.id}`, { body, version: comment.version });
export const deleteComment = (id: string) => del(`/api/comments/${id}`);

/** Puts an answer where its event will arrive a moment later. */
export function tellComment(client: QueryClient, comment: CommentOut, kind: "created" | "changed" | "deleted"): void {
  tell(client, {
    topic: `project:${comment.project_id}`,
    kind: `comment.${kind}`,
    id: comment.id,
    before: kind === "created" ? null : {},
    after: kind === "deleted" ? null : { ...comment },
    revision: null,
  });
}
