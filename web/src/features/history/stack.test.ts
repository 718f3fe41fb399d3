import { beforeEach, expect, test } from "vitest";

import { changeStack, currentStack, dropped, isOwnWork, openStack, pushed, settled, type Stack } from "./stack";

const stack = (undo: string, redo = ""): Stack => ({ undo: [...undo], redo: [...redo] });

test("what is done comes on top, once, and ends what could be redone", () => {
  expect(pushed(stack("ab", "x"), "c")).toEqual(stack("abc"));
  expect(pushed(stack("abc", "x"), "b")).toEqual(stack("abc", "x"));
  expect(pushed({ undo: Array.from({ length: 100 }, String), redo: [] }, "new").undo).toHaveLength(100);
});

test.each([
  ["the last one", stack("ab"), "b", "B", stack("a", "B")],
  ["an earlier one, by its button", stack("abc"), "b", "B", stack("ac", "B")],
  ["redo", stack("a", "XB"), "B", "b", stack("ab", "X")],
  ["somebody else's", stack("a", "B"), "z", "Z", stack("aZ")],
  ["nothing was left of it", stack("ab"), "b", null, stack("a")],
  ["somebody else's, and nothing was left", stack("ab", "X"), "z", null, stack("ab", "X")],
])("undone: %s", (_what, before, change, made, after) => expect(settled(before, change, made)).toEqual(after));

test("what cannot be undone is left out", () => {
  expect(dropped(stack("ab", "x"), "b")).toEqual(stack("a", "x"));
  expect(dropped(stack("ab", "x"), "x")).toEqual(stack("ab"));
});

test.each([
  ["/api/tasks/1", true],
  ["/api/tasks/1/move", true],
  ["/api/projects/1/tasks/bulk", true],
  ["/api/projects/1", true],
  ["/api/states/1", true],
  ["/api/projects/1/members/2", false],
  ["/api/workspaces/1/projects", false],
  ["/api/workspaces/1/invitations", false],
  ["/api/trash/tasks/1", false],
  ["/api/me", false],
])("%s is undone by a key: %s", (path, is) => expect(isOwnWork(path)).toBe(is));

beforeEach(() => sessionStorage.clear());

test("each person and workspace has its own, and it outlives the page", () => {
  openStack("ada", "w1");
  changeStack((now) => pushed(now, "a"));
  openStack("ada", "w2");
  expect(currentStack()).toEqual(stack(""));
  openStack("ben", "w1");
  expect(currentStack()).toEqual(stack(""));
  openStack("ada", "w1");
  expect(currentStack()).toEqual(stack("a"));
});

test("what the storage holds may be anything", () => {
  sessionStorage.setItem("headway-undo-eve-w1", '{"undo":[1,"a"],"redo":"x"}');
  openStack("eve", "w1");
  expect(currentStack()).toEqual(stack("a"));
  sessionStorage.setItem("headway-undo-eve-w3", "{");
  openStack("eve", "w3");
  expect(currentStack()).toEqual(stack(""));
});
