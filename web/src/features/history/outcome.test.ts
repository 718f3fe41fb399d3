import { expect, test } from "vitest";

import type { UndoneThing, UndoOut } from "@/api/types";

import { noNames } from "./names";
import { conflictWords, isSmall, outcomeWords } from "./outcome";

const thing = (what: UndoneThing["what"], fields: string[] = [], place = 42, kind = "task"): UndoneThing => ({
  kind, id: `t${place}`, title: kind === "task" ? "Fix login" : "bug", human_id: kind === "label" ? null : `HW-${place}`, fields, what,
});
const out = (undone: UndoneThing[], counts: Partial<UndoOut["counts"]> = {}): UndoOut => ({
  preview: false, change: "u", undoes: "c", undone, conflicts: [], refused: [], left: [],
  counts: { undone: undone.length, conflicts: 0, refused: 0, left: 0, ...counts },
});
const many = (count: number, what: UndoneThing["what"], fields: string[] = []) => Array.from({ length: count }, (_, place) => thing(what, fields, place));

test.each([
  [out([thing("changed", ["state_id", "rank"])]), false, "Undone: the state of HW-42 Fix login."],
  [out([thing("changed", ["rank"])]), false, "Undone: the place of HW-42 Fix login."],
  [out([thing("changed", ["due_on", "priority"])]), true, "Redone: the due date and priority of HW-42 Fix login."],
  [out([thing("restored")]), false, "Undone: HW-42 Fix login is back."],
  [out([thing("deleted")]), false, "Undone: HW-42 Fix login is in the trash."],
  [out([thing("deleted", [], 1, "label")]), false, "Undone: the label bug is gone."],
  [out([thing("changed", ["body"], 42, "comment")]), false, "Undone: the text of a comment on HW-42."],
  [out(many(37, "changed", ["priority"])), false, "Undone: the priority of 37 tasks."],
  [out(many(200, "changed", ["priority"]), { undone: 500 }), false, "Undone: the priority of 500 things."],
  [out([...many(2, "restored"), thing("changed", ["parent_id"])]), false, "Undone: 2 tasks are back, the parent task of HW-42 Fix login."],
  [out(many(35, "changed", ["state_id"]), { conflicts: 2 }), false, "Undone: the state of 35 tasks. 2 stay as they are."],
  [out([thing("restored")], { refused: 1 }), false, "Undone: HW-42 Fix login is back. 1 stays as it is."],
  [out([], { conflicts: 3 }), false, "Nothing could be undone."],
  [out([]), false, "There is nothing left to undo: all is as it would be."],
])("what came of it %#", (outcome, again, sentence) => expect(outcomeWords(outcome, again)).toBe(sentence));

const conflict = { kind: "task", id: "t", title: "Fix login", human_id: "HW-42", detail: "Changed since.", by: null, at: null };

test.each([
  [{ ...conflict, field: "priority", wanted: 1, current: 4 }, "The priority of HW-42 Fix login", "It is Urgent by now, and would have become Low."],
  [{ ...conflict, field: "due_on", wanted: null, current: "2001-01-02" }, "The due date of HW-42 Fix login", "It is Jan 2, 2001 by now, and would have become none."],
  [{ ...conflict, field: "description", wanted: "a", current: "b" }, "The description of HW-42 Fix login", "Changed since."],
  [{ ...conflict, field: null, wanted: null, current: null }, "HW-42 Fix login", "Changed since."],
])("what stays %#", (one, what, why) => expect(conflictWords(one, noNames)).toEqual({ what, why }));

test.each([
  [{}, true],
  [{ by: "ben" }, false],
  [{ by: null }, false],
  [{ count: 4 }, false],
  [{ at: "2026-11-22T10:00:00Z" }, false],
])("small, fresh and my own: %j %s", (more, is) => {
  const change = {
    id: "c", at: "2026-11-22T11:50:00Z", revision: 1, by: "ada", means: "web", token: null, why: null,
    undoes: null, undone_by: null, count: 1, kinds: {}, events: [], ...more,
  };
  expect(isSmall(change, "ada", Date.parse("2026-11-22T12:00:00Z"))).toBe(is);
});
