import { expect, test } from "vitest";

import type { LabelOut, PersonOut, StateOut, TaskRow } from "@/api/types";
import { newRow } from "@/features/tasks/newRow";

import { groupings, groupsOf, oneOf, sortings, type Grouping, type Known, type Sorting } from "./groups";

const states = [
  { id: "todo", name: "To do", category: "todo" },
  { id: "done", name: "Done", category: "done" },
] as StateOut[];
const known: Known = {
  states,
  state: new Map(states.map((one) => [one.id, one])),
  label: new Map([["b", { id: "b", name: "bug" } as LabelOut]]),
  person: new Map(["Ada", "Ben"].map((name) => [name, { person_id: name, name } as PersonOut])),
};
const TODAY = "2026-11-24";

const row = (title: string, rank: string, over: Partial<TaskRow> = {}): TaskRow => ({ ...newRow(states[0]!, title, rank), id: title, ...over });
const tasks = [
  row("a", "a2", { priority: 4, due_on: "2026-11-20", assignee_ids: ["Ben", "Ada"], estimate: 2 }),
  row("b", "a1", { due_on: "2026-11-24", label_ids: ["b"], assignee_ids: ["Ben"] }),
  row("c", "a3", { state_id: "done", due_on: "2026-11-20", priority: 4, estimate: 8 }),
  row("d", "a0", { due_on: "2026-11-28" }),
];
const told = (by: Grouping, sort: Sorting = "rank") => groupsOf(tasks, by, sort, known, TODAY).map((group) => `${group.name}: ${group.tasks.map((task) => task.title).join("")}`);

test.each<[Grouping, string[]]>([
  ["state", ["To do: dba", "Done: c"]],
  ["assignee", ["Ada, Ben: a", "Ben: b", "Nobody: dc"]],
  ["label", ["bug: b", "No label: dac"]],
  ["priority", ["Urgent: ac", "No priority: db"]],
  ["due", ["Overdue: a", "Today: b", "Next seven days: d", "Later: c"]],
  ["none", [": dbac"]],
])("by %s", (by, groups) => {
  expect(told(by)).toEqual(groups);
});

test.each<[Sorting, string]>([
  ["rank", "dbac"], ["due", "acbd"], ["priority", "acdb"], ["title", "abcd"], ["estimate", "cadb"],
])("sorted by %s, then as on the board", (sort, order) => {
  expect(told("none", sort)).toEqual([`: ${order}`]);
});

test("what the address says is one of the words, or the first", () => {
  expect([oneOf(groupings, "due"), oneOf(groupings, "colour"), oneOf(sortings, undefined)]).toEqual(["due", "state", "rank"]);
});
