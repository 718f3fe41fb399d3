import type { ChangeOut, CommentOut } from "@/api/types";

export type Entry = { comment: CommentOut } | { change: ChangeOut };

const timeOf = (entry: Entry) => Date.parse("comment" in entry ? entry.comment.created_at : entry.change.at);

/** What was said and what was done, oldest first. `changes` come newest first, as the history tells them. */
export function streamOf(comments: readonly CommentOut[], changes: readonly ChangeOut[]): Entry[] {
  const said = comments.map((comment): Entry => ({ comment }));
  const done = changes.toReversed().map((change): Entry => ({ change }));
  return [...said, ...done].toSorted((one, other) => timeOf(one) - timeOf(other));
}
