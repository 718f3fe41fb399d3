import { describe, expect, test } from "vitest";

import type { TrashItem } from "@/api/types";
import type { Change } from "@/live/apply";

import { applyToTrash, type Pages } from "./api";
import { backWords, goneWords, keptWords, withWords } from "./words";

const item = (over: Partial<TrashItem> = {}): TrashItem => ({
  kind: "task", id: "t", project_id: "p", task_id: null, human_id: "HW-3", title: "Fix it", deleted_at: "2026-10-01T10:00:00Z",
  deleted_by: null, gone_at: null, with: 0, ...over,
});

describe("words of the trash", () => {
  test.each([
    [null, "kept for ever"],
    ["2026-10-13T12:00:00", "gone in 12 days"],
    ["2026-10-02T09:00:00", "gone tomorrow"],
    ["2026-10-01T23:00:00", "gone today"],
    ["2026-09-30T23:00:00", "gone today"],
  ])("%s is %s", (goneAt, words) => expect(goneWords(goneAt, new Date("2026-10-01T12:00:00"))).toBe(words));

  test("what comes along is counted", () => {
    expect(withWords(item({ with: 1 }))).toBe("with 1 sub-task");
    expect(withWords(item({ kind: "project", with: 12 }))).toBe("with 12 tasks");
    expect(withWords(item())).toBe("");
  });

  test("how long it is kept", () => {
    expect(keptWords(30)).toBe("What is deleted stays here for 30 days, then it is gone for good.");
    expect(keptWords(0)).toMatch(/until somebody deletes it/);
  });

  test("what is back", () => {
    expect(backWords([item()])).toBe("HW-3 is back.");
    expect(backWords([item({ kind: "comment" })])).toBe("The comment on HW-3 is back.");
    expect(backWords([item(), item()])).toBe("2 tasks are back.");
    expect(backWords([item(), item({ kind: "comment" })])).toBe("2 things are back.");
  });
});

describe("the trash hears", () => {
  const pages: Pages = { pages: [], pageParams: [], heard: 4 };
  const change = (over: Partial<Change>): Change => ({ topic: "project:p", kind: "task.deleted", id: "t", before: {}, after: null, revision: 5, ...over });
  const apply = applyToTrash("p");

  test("of what comes in and goes out", () => {
    expect(apply(pages, change({}))).toMatchObject({ heard: 5 });
    expect(apply(pages, change({ kind: "comment.created", revision: 9 }))).toMatchObject({ heard: 9 });
  });

  test("of nothing else, and of nothing twice", () => {
    for (const other of [change({ kind: "task.changed" }), change({ topic: "project:q" }), change({ revision: 4 }), change({ revision: null })])
      expect(apply(pages, other)).toBe(pages);
  });
});
