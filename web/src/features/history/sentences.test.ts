import { expect, test } from "vitest";

import type { ChangeOut, Happened } from "@/api/types";

import { noNames, type Names } from "./names";
import { actorWords, changeWords, eventWords, isUndo, isUndoable, meansWords } from "./sentences";
import { plainOf } from "./words";

const names: Names = {
  ...noNames,
  states: new Map([["s1", "To do"], ["s2", "Done"]]),
  labels: new Map([["l1", "bug"], ["l2", "later"]]),
  people: new Map([["ada", "Ada"], ["ben", "Ben"], ["jens", "Jens"]]),
  tasks: new Map([["t1", { human_id: "HW-42", title: "Fix login" }], ["t9", { human_id: "HW-9", title: "Release" }]]),
  changes: new Map([["c-ada", { by: "ada", undoes: null }], ["c-jens", { by: "jens", undoes: null }], ["c-undo", { by: "jens", undoes: "c-ada" }], ["c-redo", { by: "ben", undoes: "c-undo" }]]),
};

function event(kind: string, before: Happened["before"], after: Happened["after"], more: Partial<Happened> = {}): Happened {
  const task = kind.startsWith("task.") ? { title: "Fix login", human_id: "HW-42" } : {};
  return { kind, id: "t1", revision: 1, title: null, human_id: null, task_id: null, ...task, before, after, ...more };
}

function change(events: Happened[], more: Partial<ChangeOut> = {}): ChangeOut {
  return {
    id: "c1", at: "2026-11-22T12:00:00Z", revision: 1, by: "ben", means: "web", token: null, why: null,
    undoes: null, undone_by: null, count: events.length, events, kinds: kindsOf(events), ...more,
  };
}

function kindsOf(events: Happened[]): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const { kind } of events) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
}

const year = new Date().getFullYear();
const changed = (before: object, after: object) => event("task.changed", { ...before }, { ...after, version: 3, updated_at: "x" });

test.each([
  [changed({ state_id: "s1", rank: "a" }, { state_id: "s2", rank: "b", completed_at: "x" }), "moved HW-42 Fix login from To do to Done"],
  [changed({ state_id: "s0" }, { state_id: "s2" }), "moved HW-42 Fix login from a state that is gone to Done"],
  [changed({ rank: "b" }, { rank: "a" }), "moved HW-42 Fix login up"],
  [changed({ rank: "a" }, { rank: "b" }), "moved HW-42 Fix login down"],
  [changed({ title: "Fix login" }, { title: "Fix log-in" }), "renamed HW-42 from “Fix login” to “Fix log-in”"],
  [changed({ description: "" }, { description: "Much" }), "wrote the description of HW-42 Fix login"],
  [changed({ description: "a" }, { description: "b" }), "changed the description of HW-42 Fix login"],
  [changed({ description: "a" }, { description: "" }), "emptied the description of HW-42 Fix login"],
  [changed({ priority: 0 }, { priority: 3 }), "set the priority of HW-42 Fix login to High (was none)"],
  [changed({ priority: 3 }, { priority: 0 }), "cleared the priority of HW-42 Fix login (was High)"],
  [changed({ due_on: null }, { due_on: `${year}-12-03` }), "set the due date of HW-42 Fix login to Dec 3 (was none)"],
  [changed({ due_on: "2001-12-03" }, { due_on: null }), "cleared the due date of HW-42 Fix login (was Dec 3, 2001)"],
  [changed({ label_ids: [] }, { label_ids: ["l1"] }), "added label bug to HW-42 Fix login"],
  [changed({ label_ids: ["l1", "l0"] }, { label_ids: [] }), "removed labels bug and a label that is gone from HW-42 Fix login"],
  [changed({ label_ids: ["l1"] }, { label_ids: ["l2"] }), "added label later to HW-42 Fix login and removed label bug from HW-42 Fix login"],
  [changed({ assignee_ids: [] }, { assignee_ids: ["ada", "ben"] }), "assigned HW-42 Fix login to Ada and Ben"],
  [changed({ assignee_ids: ["ada"] }, { assignee_ids: [] }), "unassigned Ada from HW-42 Fix login"],
  [changed({ parent_id: null }, { parent_id: "t9" }), "made HW-42 Fix login part of HW-9 Release"],
  [changed({ parent_id: "t9" }, { parent_id: null }), "took HW-42 Fix login out of HW-9 Release"],
  [changed({ story_points: 2 }, { story_points: 5 }), "set the story points of HW-42 Fix login to 5 (was 2)"],
  [changed({}, {}), "touched HW-42 Fix login"],
  [
    changed({ state_id: "s1", priority: 0, due_on: null }, { state_id: "s2", priority: 4, due_on: `${year}-12-03` }),
    "moved HW-42 Fix login from To do to Done, set its priority to Urgent (was none) and set its due date to Dec 3 (was none)",
  ],
  [event("task.created", null, { version: 1 }), "created HW-42 Fix login"],
  [event("task.created", null, { version: 4 }), "brought HW-42 Fix login back"],
  [event("task.deleted", { version: 4 }, null), "deleted HW-42 Fix login"],
  [event("task.purged", null, null, { title: null, human_id: null, id: "t0" }), "deleted a task for good"],
  [event("comment.created", null, { version: 1 }, { human_id: "HW-42", title: "Fix login", task_id: "t1" }), "commented on HW-42 Fix login"],
  [event("comment.changed", { body: "a" }, { body: "b" }, { human_id: "HW-42", title: "Fix login" }), "changed the text of a comment on HW-42 Fix login"],
  [event("comment.deleted", { task_id: "t1" }, null), "deleted a comment on HW-42 Fix login"],
  [event("comment.purged", null, null, { id: "x" }), "deleted a comment on a task for good"],
  [event("state.created", null, { name: "Review", version: 1 }, { title: "Review" }), "added the state Review"],
  [event("state.changed", { name: "A" }, { name: "Review" }, { title: "Review" }), "renamed a state from “A” to “Review”"],
  [event("state.changed", { category: "todo" }, { category: "doing" }, { title: "Review" }), "set the category of the state Review to In progress (was To do)"],
  [event("state.deleted", { name: "Review" }, null, { title: "Review" }), "deleted the state Review"],
  [event("label.changed", { color: "red" }, { color: "teal" }, { title: "bug" }), "changed the colour of the label bug from red to teal"],
  [event("member.joined", null, { person_id: "ada", role: "member" }), "added Ada to the project as Member"],
  [event("member.changed", { role: "member" }, { role: "admin" }, { id: "ada" }), "made Ada Admin"],
  [event("member.removed", { person_id: "ada", role: "member" }, null), "took Ada out of the project"],
  [event("project.created", null, { name: "Boats", version: 1 }), "created the project Boats"],
  [event("project.changed", { name: "A" }, { name: "B" }), "renamed the project from “A” to “B”"],
  [event("project.changed", { visibility: "workspace" }, { visibility: "private" }), "made the project private"],
  [event("project.deleted", { name: "Boats" }, null), "deleted the project"],
  [event("sprint.changed", { name: "One" }, { name: "Two" }), "renamed a sprint from “One” to “Two”"],
  [event("sprint.started", null, { name: "One" }), "changed the sprint One"],
  [event("reload", null, null), "changed many things at once"],
])("%j", (one, sentence) => expect(plainOf(eventWords(one, names))).toBe(sentence));

test.each([
  [changed({ state_id: "s1" }, { state_id: "s2" }), "moved it from To do to Done"],
  [changed({ due_on: null, priority: 0 }, { due_on: "2001-01-02", priority: 1 }), "set the due date to Jan 2, 2001 (was none) and set the priority to Low (was none)"],
  [changed({ label_ids: [] }, { label_ids: ["l1"] }), "added label bug"],
  [changed({ assignee_ids: ["ada"] }, { assignee_ids: [] }), "unassigned Ada"],
  [event("task.created", null, { version: 1 }), "created it"],
])("looking at it: %j", (one, sentence) => expect(plainOf(changeWords(change([one]), names, { about: true }))).toBe(sentence));

const many = (count: number, make: (place: number) => [object, object]) =>
  Array.from({ length: count }, (_, place) => {
    const [before, after] = make(place);
    return event("task.changed", { ...before }, { ...after, version: 2 }, { id: `t${place}`, human_id: `HW-${place}`, title: `Task ${place}` });
  });

test.each([
  ["all the same", many(5, () => [{ state_id: "s1" }, { state_id: "s2" }]), "moved 5 tasks from To do to Done"],
  ["the same outcome", many(2, (place) => [{ state_id: `s${place}` }, { state_id: "s2" }]), "moved 2 tasks to Done"],
  ["unlike", many(3, (place) => [{ priority: 0 }, { priority: place + 1 }]), "changed the priority of 3 tasks"],
  ["a label each", many(2, () => [{ label_ids: [] }, { label_ids: ["l1"] }]), "added label bug to 2 tasks"],
])("many at once, %s", (_what, events, sentence) =>
  expect(plainOf(changeWords(change(events), { ...names, tasks: new Map() }))).toMatch(new RegExp(`^${sentence}: HW-0 Task 0(,| and) HW-1 Task 1`)));

test("of many the first few are named, and the rest is counted", () => {
  const created = Array.from({ length: 7 }, (_, n) => event("task.created", null, { version: 1 }, { id: `n${n}`, human_id: `HW-${n}`, title: `T${n}` }));
  expect(plainOf(changeWords(change(created), names))).toBe("created 7 tasks: HW-0 T0, HW-1 T1, HW-2 T2 and 4 more");
});

test("of what is not here, no more is claimed than that it is of the same kind", () => {
  const events = many(20, () => [{ state_id: "s1" }, { state_id: "s2" }]);
  const few = { ...names, tasks: new Map() };
  expect(plainOf(changeWords(change(events, { count: 500, kinds: { "task.changed": 500 } }), few))).toBe(
    "moved 500 tasks from To do to Done: HW-0 Task 0, HW-1 Task 1, HW-2 Task 2 and 497 more",
  );
  const kinds = { "task.changed": 499, "state.deleted": 1 };
  expect(plainOf(changeWords(change(events, { count: 500, kinds }), few))).toBe("moved 20 tasks from To do to Done and changed 480 more things");
  expect(plainOf(changeWords(change([], { count: 9 }), names))).toBe("changed 9 things");
});

test("labels are named as well, comments are only counted", () => {
  const labels = ["bug", "later"].map((title) => event("label.created", null, { version: 1 }, { title }));
  const said = ["a", "b"].map((id) => event("comment.created", null, { version: 1 }, { id, human_id: "HW-42" }));
  expect(plainOf(changeWords(change(labels), names))).toBe("added 2 labels: bug and later");
  expect(plainOf(changeWords(change(said), names))).toBe("wrote 2 comments");
});

test("a state that goes, and its tasks", () => {
  const events = [...many(2, () => [{ state_id: "s1" }, { state_id: "s2" }]), event("state.deleted", { name: "Later" }, null, { title: "Later" })];
  expect(plainOf(changeWords(change(events), names))).toBe("deleted the state Later and moved 2 tasks from To do to Done");
});

test.each([
  ["c-ada", "undid Ada’s change: moved HW-42 Fix login from Done to To do"],
  ["c-jens", "undid Jens’ change: moved HW-42 Fix login from Done to To do"],
  ["c-undo", "redid Ada’s change: moved HW-42 Fix login from Done to To do"],
  ["c-redo", "undid Ada’s change: moved HW-42 Fix login from Done to To do"],
  ["c-unseen", "undid an earlier change: moved HW-42 Fix login from Done to To do"],
])("undoing %s", (undoes, sentence) => {
  const events = [changed({ state_id: "s2" }, { state_id: "s1" })];
  expect(plainOf(changeWords(change(events, { undoes }), names))).toBe(sentence);
  expect(plainOf(changeWords(change(events, { undoes: "c-ada", by: "ada" }), names))).toMatch(/^undid their own change/);
});

test("where the texts are shown, a new name is not told", () => {
  const one = change([changed({ title: "Fix login" }, { title: "Fix log-in" })]);
  expect(plainOf(changeWords(one, names, { texts: true }))).toBe("renamed HW-42");
  expect(plainOf(changeWords(one, names, { texts: true, about: true }))).toBe("renamed it");
});

test("what can be undone, and what that is called", () => {
  expect(isUndoable(change([event("member.joined", null, {})]))).toBe(false);
  expect(isUndoable(change([event("task.purged", null, null)]))).toBe(false);
  expect(isUndoable(change([event("member.joined", null, {}), event("label.created", null, {})]))).toBe(true);
  expect(isUndo(change([]), names)).toBe(false);
  expect(isUndo(change([], { undoes: "c-ada" }), names)).toBe(true);
  expect(isUndo(change([], { undoes: "c-undo" }), names)).toBe(false);
});

test("an import is one thing", () => {
  const events = [event("task.created", null, { version: 1 })];
  expect(plainOf(changeWords(change(events, { means: "import", why: "Trello: Boats", count: 40, kinds: { "task.created": 37, "comment.created": 1, "state.created": 2 } }), names))).toBe(
    "imported a Trello board: 37 tasks and 1 comment",
  );
  expect(plainOf(changeWords(change([], { means: "import", count: 0 }), names))).toBe("imported a board");
});

test.each([
  [{ means: "web", token: null }, ""],
  [{ means: "api", token: "deploy" }, "by API token “deploy”"],
  [{ means: "api", token: null }, "by API"],
  [{ means: "cli", token: "laptop" }, "from the command line"],
  [{ means: "import", token: null }, ""],
  [{ means: "rule", token: null }, "by rule"],
])("the means %j are %j", (means, sentence) => expect(meansWords(means)).toBe(sentence));

test.each([
  [{ by: "ben" }, "Ben"],
  [{ by: "gone" }, "Somebody who left"],
  [{ by: null }, "Somebody"],
  [{ by: null, means: "keeping" }, "Headway"],
])("who: %j", (who, name) => expect(actorWords(change([], who), names)).toBe(name));
