import { expect, test } from "vitest";

import type { ChangeOut, HistoryOut } from "@/api/types";

import { applyToHistory, projectHistory, taskHistory, withNewest, type Pages } from "./api";

const change = (id: string, revision: number, more: Partial<ChangeOut> = {}): ChangeOut => ({
  id, revision, at: "2026-11-22T12:00:00Z", by: "ada", means: "web", token: null, why: null, undoes: null, undone_by: null, count: 1, kinds: {}, events: [], ...more,
});
const page = (items: ChangeOut[], next_cursor: string | null = null): HistoryOut => ({ items, next_cursor, people: [] });
const pages = (...list: HistoryOut[]): Pages => ({ pages: list, pageParams: list.map(() => null) });
const event = (kind: string, id: string, revision: number | null, topic = "project:p") => ({ topic, kind, id, revision, before: {}, after: {} });

test("the stream only says that there is something new", () => {
  const shown = pages(page([change("a", 5)]));
  const task = applyToHistory(taskHistory("p", "t1"));
  const all = applyToHistory(projectHistory("p", { noun: "task" }));
  expect(task(shown, event("task.changed", "t1", 6))).toEqual({ ...shown, heard: 6 });
  for (const one of [
    event("task.changed", "t2", 6),
    event("comment.created", "t1", 6),
    event("task.changed", "t1", 5),
    event("task.changed", "t1", null),
    event("task.changed", "t1", 6, "project:other"),
  ])
    expect(task(shown, one)).toBe(shown);
  expect(all(shown, event("task.changed", "t2", 6))).toEqual({ ...shown, heard: 6 });
  expect(all(shown, event("label.changed", "l", 6))).toBe(shown);
  expect(all({ ...shown, heard: 9 }, event("task.changed", "t2", 8))?.heard).toBe(9);
});

test("new changes come on top of what is here, and known ones are as they are now", () => {
  const shown = pages(page([change("b", 2), change("a", 1)], "more"), page([change("z", 0)]));
  const next = withNewest(shown, page([change("c", 3), change("b", 2, { undone_by: "x" })], "later"));
  expect(next?.pages[0]?.items.map((one) => one.id)).toEqual(["c", "b", "a"]);
  expect(next?.pages[0]?.items[1]?.undone_by).toBe("x");
  expect(next?.pages[0]?.next_cursor).toBe("more");
  expect(next?.pages[1]?.items).toHaveLength(1);
});

test("where they do not meet, all is asked for again", () => {
  expect(withNewest(pages(page([change("a", 1)])), page([change("z", 90)], "more"))).toBeNull();
  expect(withNewest(pages(page([])), page([change("a", 1)]))?.pages[0]?.items).toHaveLength(1);
  expect(withNewest(pages(page([])), page([change("a", 1)], "more"))).toBeNull();
  expect(withNewest(pages(), page([]))).toBeNull();
});

test("an undo that comes marks what it undid further down, and a redo takes the mark away", () => {
  const shown = pages(page([change("b", 2)], "more"), page([change("a", 1)]));
  const undone = withNewest(shown, page([change("u", 3, { undoes: "a" }), change("b", 2)]));
  expect(undone?.pages[1]?.items[0]?.undone_by).toBe("u");
  const redone = undone && withNewest(undone, page([change("r", 4, { undoes: "u" }), change("u", 3, { undoes: "a", undone_by: "r" })]));
  expect(redone?.pages[0]?.items.map((one) => one.undone_by)).toEqual([null, "r", null]);
  expect(redone?.pages[1]?.items[0]?.undone_by).toBeNull();
});
