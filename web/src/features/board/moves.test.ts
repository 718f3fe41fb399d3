import { expect, test } from "vitest";

import type { StateOut } from "@/api/types";
import { newRow } from "@/features/tasks/newRow";
import type { Column } from "@/features/tasks/order";

import { step, target } from "./moves";

const column = (name: string, ...ids: string[]): Column => {
  const state: StateOut = { id: name, project_id: "p", name, category: "todo", rank: "a0", version: 1 };
  return { state, tasks: ids.map((id) => ({ ...newRow(state, id, "a0"), id })) };
};
const board = [column("one", "a", "b", "c"), column("two"), column("three", "d")];

test.each([
  ["over the top of a card", { over: "b" }, "top", "c", { column: 0, index: 1 }],
  ["over its bottom", { over: "b" }, "bottom", "c", { column: 0, index: 2 }],
  ["downwards in its own column", { over: "c" }, "bottom", "a", { column: 0, index: 2 }],
  ["over a card of another column", { over: "d" }, "top", "a", { column: 2, index: 0 }],
  ["over an empty column", { column: "two" }, null, "a", { column: 1, index: 0 }],
  ["under its own column", { column: "one" }, null, "a", { column: 0, index: 2 }],
  ["over itself", { over: "a" }, "top", "a", null],
  ["over a card that is gone", { over: "x" }, "top", "a", null],
  ["over a column that is gone", { column: "x" }, null, "a", null],
])("dropped %s", (_words, over, edge, id, place) => expect(target(board, id, over, edge)).toEqual(place));

test("arrows walk through cards and pass over empty columns", () => {
  expect(step(board, "a", "ArrowDown")).toMatchObject({ column: 0, index: 1 });
  expect(step(board, "a", "ArrowUp")).toBeNull();
  expect(step(board, "c", "ArrowDown")).toBeNull();
  expect(step(board, "c", "ArrowRight")).toEqual({ column: 2, index: 0 });
  expect(step(board, "d", "ArrowRight")).toBeNull();
});

test("a carried card stops in the empty column", () => {
  expect(step(board, "c", "ArrowRight", true)).toEqual({ column: 1, index: 0 });
  expect(step(board, "d", "ArrowLeft", true)).toEqual({ column: 1, index: 0 });
  expect(step(board, "b", "ArrowUp", true)).toMatchObject({ column: 0, index: 0 });
});
