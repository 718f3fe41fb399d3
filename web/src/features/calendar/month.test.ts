import { expect, test } from "vitest";

import type { StateOut, TaskRow } from "@/api/types";
import { newRow } from "@/features/tasks/newRow";

import { byDay, dueOn, shownOf, stepped } from "./month";

const row = (title: string, over: Partial<TaskRow> = {}): TaskRow => ({ ...newRow({ id: "s", project_id: "p" } as StateOut, title, "a0"), id: title, ...over });

test("tasks stand on the day they are due, the most urgent first", () => {
  const days = byDay([row("a", { due_on: "2026-11-24" }), row("b", { due_on: "2026-11-24", priority: 4 }), row("c")]);
  expect([...days].map(([day, tasks]) => [day, tasks.map((task) => task.title)])).toEqual([
    ["2026-11-24", ["b", "a"]],
    ["", ["c"]],
  ]);
});

test.each([
  [{ due_on: "2026-11-24" }, "2026-11-24", null],
  [{ due_on: "2026-11-24" }, "2026-12-01", { due_on: "2026-12-01" }],
  [{ due_on: "2026-11-24", start_on: "2026-11-20" }, "2026-12-01", { due_on: "2026-12-01", start_on: "2026-11-27" }],
  [{ due_on: "2026-11-24", start_on: "2026-11-20" }, "2026-11-01", { due_on: "2026-11-01", start_on: "2026-10-28" }],
  [{ due_on: "2026-11-24", start_on: "2026-11-20" }, null, { due_on: null }],
  [{ start_on: "2026-11-20" }, "2026-11-24", { due_on: "2026-11-24" }],
  [{ start_on: "2026-11-20" }, "2026-11-18", { due_on: "2026-11-18", start_on: "2026-11-18" }],
])("a task of %j goes to %s by %j", (over, day, change) => {
  expect(dueOn(row("a", over), day)).toEqual(change);
});

test("a full day says how many there are more", () => {
  expect(shownOf([1, 2, 3], 3)).toEqual({ shown: [1, 2, 3], more: 0 });
  expect(shownOf([1, 2, 3, 4], 3)).toEqual({ shown: [1, 2], more: 2 });
  expect(shownOf([1, 2], 0)).toEqual({ shown: [], more: 2 });
});

test("keys go by days, weeks and months", () => {
  expect(["ArrowLeft", "ArrowDown", "PageDown", "PageUp", "a"].map((key) => stepped("2026-01-31", key))).toEqual([
    "2026-01-30", "2026-02-07", "2026-02-28", "2025-12-31", null,
  ]);
});
