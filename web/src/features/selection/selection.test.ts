import { describe, expect, test } from "vitest";

import type { BulkOut, StateOut, TaskRow } from "@/api/types";
import { noNames } from "@/features/history/names";
import { newRow } from "@/features/tasks/newRow";
import { byRank } from "@/features/tasks/order";
import { pendingOf } from "@/features/tasks/pending";
import type { Waiting } from "@/live/waiting";

import { bodyOf, outcomeWords, placesAt, refusedOf, shownOf, toldOf, whatWords } from "./bulk";
import { all, extend, keep, nothing, step, toggle } from "./selected";
import { leftWords, whyWords } from "./words";

const order = ["a", "b", "c", "d", "e"];
const ids = (selection: { ids: ReadonlySet<string> }) => order.filter((id) => selection.ids.has(id)).join("");

describe("selecting", () => {
  test("toggling picks and lets go, and nothing is left of the last one", () => {
    expect(ids(toggle(toggle(nothing, "a"), "c"))).toBe("ac");
    expect(toggle(toggle(nothing, "a"), "a")).toBe(nothing);
  });

  test("a range goes from where it began, and shrinks again", () => {
    const far = extend(toggle(nothing, "b"), order, "e");
    expect(ids(far)).toBe("bcde");
    expect(ids(extend(far, order, "c"))).toBe("bc");
    expect(ids(extend(far, order, "a"))).toBe("ab");
  });

  test("a range adds to what was picked before", () => {
    expect(ids(extend(toggle(toggle(nothing, "a"), "d"), order, "e"))).toBe("ade");
  });

  test("a range from something that is gone begins where it ends", () => {
    expect(ids(extend(toggle(nothing, "gone"), order, "c"))).toBe("c");
  });

  test("Shift and arrows take the one that was left along, and walk back", () => {
    const down = step(step(nothing, order, "b", "c"), order, "c", "d");
    expect(ids(down)).toBe("bcd");
    expect(ids(step(down, order, "d", "c"))).toBe("bc");
  });

  test("all of a view are added to what is there", () => {
    expect(ids(all(["c", "d"], toggle(nothing, "a")))).toBe("acd");
    expect(all([])).toBe(nothing);
  });

  test("what is deleted leaves; what stays is the same object", () => {
    const both = toggle(toggle(nothing, "a"), "b");
    expect(keep(both, () => true)).toBe(both);
    expect(ids(keep(both, (id) => id === "a"))).toBe("a");
    expect(keep(both, () => false)).toBe(nothing);
  });
});

const state = (id: string, category: StateOut["category"] = "todo"): StateOut => ({ id, project_id: "p", name: id, category, rank: "a0", version: 1 });
const todo = state("todo");
const done = state("Done", "done");
const states = new Map([todo, done].map((one) => [one.id, one]));
const row = (id: string, over: Partial<TaskRow> = {}): TaskRow => ({ ...newRow(todo, id, "a1"), id, human_id: `HW-${id}`, version: 3, ...over });

describe("an edit of many", () => {
  const tasks = [row("a"), row("b", { version: 5 })];

  test("sends the version each was seen at, but not for what waits here itself", () => {
    expect(bodyOf(tasks, { change: { priority: 2 } }, new Set(["b"]))).toEqual({
      items: [{ id: "a", version: 3 }, { id: "b" }],
      change: { priority: 2 },
    });
    expect(bodyOf(tasks, { delete: true }, new Set())).toEqual({ items: [{ id: "a" }, { id: "b" }], delete: true });
  });

  test("mine anyway names no versions", () => {
    expect(bodyOf(tasks, { change: { due_on: null } }, new Set(), true).items).toEqual([{ id: "a" }, { id: "b" }]);
  });

  test("is shown at once, with what follows from it", () => {
    const [first] = shownOf(tasks, { change: { state_id: "Done", labels: { add: ["l"] } } }, tasks, states);
    expect(first).toMatchObject({ task: "a", fields: { state_id: "Done", label_ids: ["l"] } });
    expect(first && "fields" in first && first.fields.completed_at).toBeTruthy();
  });

  test("deleting takes what is below along", () => {
    const everything = [...tasks, row("c", { parent_id: "a" }), row("d", { parent_id: "c" }), row("e")];
    expect(shownOf([row("a")], { delete: true }, everything, states).map((one) => one.task)).toEqual(["a", "c", "d"]);
  });

  test("many keep their order where they are put", () => {
    const column = [row("x", { rank: "a1" }), row("y", { rank: "a2" }), row("b", { rank: "a3" })];
    const { after_id, before_id, ranks } = placesAt(column, 1, new Set(["a", "b"]));
    expect([after_id, before_id]).toEqual(["x", null]);
    const shown = [...column.slice(0, 2), row("a", { rank: ranks[0] ?? "" }), row("b", { rank: ranks[1] ?? "" })].toSorted(byRank);
    expect(shown.map((task) => task.id)).toEqual(["x", "a", "b", "y"]);
    expect(placesAt(column, 0, new Set(["a"]))).toMatchObject({ after_id: null, before_id: "x" });
  });

  const answer: BulkOut = {
    change: "set",
    items: [
      { id: "a", status: "changed", version: 4, code: null, detail: null, conflicts: [] },
      { id: "b", status: "conflict", version: 6, code: "changed", detail: "Ben set it.", conflicts: [] },
    ],
  };

  test("its answer tells what was done, and who was left alone", () => {
    const shown = shownOf(tasks, { change: { priority: 2 } }, tasks, states);
    expect(toldOf(answer, shown)).toEqual([{ id: "a", after: { priority: 2, completed_at: null, version: 4 } }]);
    expect(refusedOf(answer).map((one) => one.id)).toEqual(["b"]);
    expect(toldOf(answer, shownOf(tasks, { delete: true }, tasks, states))).toEqual([{ id: "a", after: null }]);
  });

  test("waits as one write that lies over all of them", () => {
    const shown = { all: shownOf(tasks, { change: { priority: 2 } }, tasks, states) };
    expect(pendingOf([{ state: "waiting", shown } as unknown as Waiting]).map((one) => one.task)).toEqual(["a", "b"]);
  });

  test("says who was quicker, with what, and what was wanted", () => {
    const conflict = { field: "priority", base: 0, theirs: 1, yours: 4, by: { person_id: "b", name: "Ben" }, at: null };
    expect(whyWords({ detail: "", conflicts: [conflict] }, noNames)).toBe("Ben set the priority to Low. You wanted Urgent.");
    expect(whyWords({ detail: "Gone.", conflicts: [] }, noNames)).toBe("Gone.");
    expect([leftWords(1), leftWords(2)]).toEqual(["1 task was left as it was", "2 tasks were left as they were"]);
  });

  test("is said in words", () => {
    expect(outcomeWords(7, { move: {}, ranks: [], state: done })).toBe("7 tasks were moved to Done.");
    expect(outcomeWords(1, { delete: true })).toBe("1 task was deleted.");
    expect(whatWords({ change: { priority: 1, labels: {} } })).toBe("Priority, Labels");
  });
});
