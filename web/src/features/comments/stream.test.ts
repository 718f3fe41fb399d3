import { expect, test } from "vitest";

import type { ChangeOut, CommentOut } from "@/api/types";

import { streamOf } from "./stream";

test("what was said and what was done, oldest first", () => {
  const comments = ["10:00", "12:00"].map((at) => ({ id: at, created_at: `2026-11-22T${at}:00Z` }) as CommentOut);
  const changes = ["13:00", "11:00", "09:00"].map((at) => ({ id: at, at: `2026-11-22T${at}:00+00:00` }) as ChangeOut);
  const ids = streamOf(comments, changes).map((one) => ("comment" in one ? one.comment.id : one.change.id));
  expect(ids).toEqual(["09:00", "10:00", "11:00", "12:00", "13:00"]);
});
