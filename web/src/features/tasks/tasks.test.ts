import { describe, expect, test } from "vitest";

import type { StateOut, TaskOut, TaskRow } from "@/api/types";

import { fieldsOf } from "./actions";
import { passes, toggled } from "./filter";
import { newRow } from "./newRow";
import { byRank, columnsOf, placeAt, progressOf, rankBetween } from "./order";
import { taskWithPending, withPending } from "./pending";

const state = (id: string, rank: string, category: StateOut["category"] = "todo"): StateOut => ({
  id, project_id: "p", name: id, category, rank, version: 1,
});
const todo = state("todo", "a0");
const done = state("done", "a1", "done");

let count = 0;
const row = (id: string, over: Partial<TaskRow> = {}): TaskRow => ({
  ...newRow(todo, `Task ${id}`, `a${(count += 1)}`), id, human_id: `HW-${id}`, version: 1, ...over,
});

describe("order", () => {
  test("rank keys sort as bytes, equal ones by id", () => {
    const keys = [row("b", { rank: "a0" }), row("a", { rank: "a0" }), row("c", { rank: "Zz" }), row("d", { rank: "a0V" })];
    expect(keys.toSorted(byRank).map((task) => task.id)).toEqual(["c", "a", "b", "d"]);
  });

  test("columns are the states in their order, each with its tasks in theirs", () => {
    const tasks = [row("2", { rank: "a2" }), row("1", { rank: "a1" }), row("3", { state_id: "done" }), row("4", { state_id: "gone" })];
    const columns = columnsOf([done, todo], tasks);
    expect(columns.map(({ state: { id }, tasks: list }) => [id, list.map((task) => task.id)])).toEqual([
      ["todo", ["1", "2"]],
      ["done", ["3"]],
    ]);
  });

  const column = [row("a", { rank: "a1" }), row("b", { rank: "a2" }), row("c", { rank: "a3" })];
  test.each([
    [0, "x", { after_id: null, before_id: "a" }],
    [1, "x", { after_id: "a", before_id: null }],
    [3, "x", { after_id: "c", before_id: null }],
    [9, "x", { after_id: "c", before_id: null }],
    [1, "a", { after_id: "b", before_id: null }],
    [0, "c", { after_id: null, before_id: "a" }],
  ])("to place %i of a column for %s", (index, id, neighbours) => {
    const place = placeAt(column, index, id);
    expect(place).toMatchObject(neighbours);
    const moved = [...column.filter((one) => one.id !== id), row(id, { rank: place.rank })].toSorted(byRank);
    expect(moved.findIndex((one) => one.id === id)).toBe(Math.min(index, moved.length - 1));
  });

  test("an empty column has no neighbours", () =>
    expect(placeAt([], 0, "x")).toMatchObject({ after_id: null, before_id: null }));

  test("two neighbours with one key still give a key", () => expect(rankBetween("a1", "a1")).toBe("a1"));

  test("cancelled sub-tasks do not count", () => {
    const states = [todo, done, state("off", "a2", "cancelled")];
    const tasks = ["todo", "done", "off"].map((state_id, id) => row(String(id), { parent_id: "p", state_id }));
    expect(progressOf(tasks, states).get("p")).toEqual({ done: 1, total: 2 });
  });
});

describe("pending", () => {
  const task = row("1");
  test("lies over what the server said, and leaves the rest alone", () => {
    const tasks = [task, row("2")];
    const shown = withPending(tasks, [{ task: "1", fields: { title: "Mine" } }], "p");
    expect(shown[0]).toEqual({ ...task, title: "Mine" });
    expect(shown[1]).toBe(tasks[1]);
    expect(withPending(tasks, [], "p")).toBe(tasks);
  });

  test("creates in its own project only, and deletes", () => {
    const made = row("new-1");
    expect(withPending([task], [{ task: "new-1", created: made }], "p")).toEqual([task, made]);
    expect(withPending([task], [{ task: "new-1", created: made }], "other")).toEqual([task]);
    expect(withPending([task], [{ task: "1", deleted: true }], "p")).toEqual([]);
  });

  test("what is pending for one task does not touch another", () =>
    expect(taskWithPending(task, [{ task: "2", fields: { title: "x" } }])).toBe(task));
});

describe("what a change will look like", () => {
  const task = row("1", { label_ids: ["a", "b"], assignee_ids: [] }) as TaskOut;
  test("labels and people are added and removed", () =>
    expect(fieldsOf(task, { labels: { add: ["c", "a"], remove: ["b"] }, assignees: { add: ["x"] }, priority: 3 })).toEqual({
      label_ids: ["a", "c"],
      assignee_ids: ["x"],
      priority: 3,
    }));
  test("a new text has no rendering yet", () =>
    expect(fieldsOf(task, { description: "New" })).toEqual({ description: "New", description_html: "" }));
});

describe("filter", () => {
  const task = row("42", { title: "Größe prüfen", assignee_ids: ["ada"], label_ids: ["bug"], priority: 4 });
  test.each([
    [{}, true],
    [{ q: "GROSSE PRUF" }, true],
    [{ q: "grobe" }, false],
    [{ q: "größe" }, true],
    [{ q: "grö prüf" }, true],
    [{ q: "gro pruf" }, true],
    [{ q: "hw-42" }, true],
    [{ assignee: "me" }, true],
    [{ assignee: "grace" }, false],
    [{ assignee: "none" }, false],
    [{ assignee: "none,ada" }, true],
    [{ label: "bug", priority: "4" }, true],
    [{ label: "bug", priority: "3" }, false],
  ])("%j lets it pass: %s", (filter, expected) => expect(passes(task, filter, "ada")).toBe(expected));

  test("a choice is put on and taken off", () => {
    expect(toggled(undefined, "a")).toBe("a");
    expect(toggled("a,b", "a")).toBe("b");
    expect(toggled("a", "a")).toBeUndefined();
  });
});
