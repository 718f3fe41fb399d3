import { expect, test } from "vitest";

import type { BoardOut, CommentsOut, MyWorkOut, ProjectsOut, TaskRow } from "@/api/types";

import {
  applyToBoard,
  applyToComments,
  applyToFound,
  applyToMembers,
  applyToMyWork,
  applyToProjects,
  applyToTask,
  type Change,
  type KeptTask,
} from "./apply";

const topic = "project:p1";

function row(id: string, over: Partial<TaskRow> = {}): TaskRow {
  return {
    id, project_id: "p1", number: 1, human_id: `HW-${id}`, title: `Task ${id}`, state_id: "s1", priority: 0, rank: "a0",
    parent_id: null, start_on: null, due_on: null, estimate: null, checklist_total: 0, checklist_done: 0, blocked_by_ids: [],
    duplicate_of_id: null, related_ids: [], label_ids: [], assignee_ids: [], created_by: null,
    created_at: "2026-11-01T10:00:00Z", updated_at: "2026-11-01T10:00:00Z", completed_at: null, version: 1, ...over,
  };
}

function board(over: Partial<BoardOut> = {}): BoardOut {
  return {
    revision: 10,
    project: {
      id: "p1", workspace_id: "w1", key: "HW", name: "Headway", description: "", visibility: "workspace", blocking: "warn",
      role: "member", only_assigned: false, version: 1, created_at: "", updated_at: "",
    },
    states: [{ id: "s1", project_id: "p1", name: "To do", category: "todo", rank: "a0", version: 1 }],
    labels: [],
    people: [],
    tasks: [row("t1"), row("t2")],
    ...over,
  };
}

function change(kind: string, id: string, over: Partial<Change> = {}): Change {
  return { topic, kind, id, before: {}, after: {}, revision: 11, ...over };
}

test("a changed task takes the changed fields, and every other row stays the same object", () => {
  const before = board();
  const after = applyToBoard(before, change("task.changed", "t1", { after: { title: "New", version: 2 } }));
  expect(after?.tasks[0]).toEqual(row("t1", { title: "New", version: 2 }));
  expect(after?.tasks[1]).toBe(before.tasks[1]);
  expect(after?.states).toBe(before.states);
  expect(after?.revision).toBe(11);
});

test("a higher version that is already here stays", () => {
  const before = board({ tasks: [row("t1", { title: "Newest", version: 5 })] });
  const after = applyToBoard(before, change("task.changed", "t1", { after: { title: "Older", version: 4 } }));
  expect(after?.tasks).toBe(before.tasks);
});

test("an event that the snapshot already shows changes nothing", () => {
  const before = board();
  for (const revision of [9, 10])
    expect(applyToBoard(before, change("task.deleted", "t1", { after: null, revision }))).toBe(before);
});

test("a task is created once, whether its answer or its event comes first", () => {
  const made = row("t3");
  const told = applyToBoard(board(), change("task.created", "t3", { before: null, after: { ...made }, revision: null }));
  const twice = applyToBoard(told ?? board(), change("task.created", "t3", { before: null, after: { ...made } }));
  expect(twice?.tasks.map((task) => task.id)).toEqual(["t1", "t2", "t3"]);
  expect(twice?.revision).toBe(11);
});

test("a deleted task goes, and deleting it again is nothing", () => {
  const once = applyToBoard(board(), change("task.deleted", "t1", { after: null }));
  expect(once?.tasks.map((task) => task.id)).toEqual(["t2"]);
  const twice = applyToBoard(once ?? board(), change("task.deleted", "t1", { after: null, revision: 12 }));
  expect(twice?.tasks).toBe(once?.tasks);
});

test("a change of a task that the board has never seen asks for the board again", () => {
  expect(applyToBoard(board(), change("task.changed", "t9", { after: { title: "?", version: 2 } }))).toBeUndefined();
});

test("states and labels change by the same rule", () => {
  const renamed = applyToBoard(board(), change("state.changed", "s1", { after: { name: "Ready", version: 2 } }));
  expect(renamed?.states[0]?.name).toBe("Ready");
  const label = { id: "l1", project_id: "p1", name: "bug", color: "red", version: 1 };
  expect(applyToBoard(board(), change("label.created", "l1", { before: null, after: label }))?.labels).toEqual([label]);
});

test("a renamed project keeps my role in it, which events do not say", () => {
  const after = applyToBoard(board(), change("project.changed", "p1", { after: { name: "Onward", version: 2 } }));
  expect(after?.project).toMatchObject({ name: "Onward", role: "member" });
});

test("kinds the board does not show only move its revision", () => {
  const before = board();
  const after = applyToBoard(before, change("comment.created", "c1", { before: null, after: { body: "Hi" } }));
  expect(after).toEqual({ ...before, revision: 11 });
  expect(after?.tasks).toBe(before.tasks);
});

test("people who join or are renamed make the board ask again; another project's events do not concern it", () => {
  const before = board();
  for (const kind of ["member.joined", "person.changed"])
    expect(applyToBoard(before, change(kind, "x", { topic: "workspace:w1" }))).toBeUndefined();
  expect(applyToBoard(before, change("task.deleted", "t1", { topic: "project:p2", after: null }))).toBe(before);
});

const task: KeptTask = { ...row("t1"), description: "Old", description_html: "<p>Old</p>", checklist: [] };

test("a task follows its own events only", () => {
  const after = { description: "New", description_html: "<p>New</p>", version: 2 };
  expect(applyToTask(task, change("task.changed", "t1", { after }))).toMatchObject(after);
  expect(applyToTask(task, change("task.changed", "t2", { after }))).toBe(task);
});

test("a new text without its rendering is asked for", () => {
  expect(applyToTask(task, change("task.changed", "t1", { after: { description: "New", version: 2 } }))).toBeUndefined();
});

test("a deleted task stays readable, and comes back when it is restored", () => {
  const gone = applyToTask(task, change("task.deleted", "t1", { after: null }));
  expect(gone).toMatchObject({ title: "Task t1", deleted: true });
  const back = applyToTask(gone ?? task, change("task.created", "t1", { before: null, after: { ...task, version: 3 } }));
  expect(back).toMatchObject({ deleted: false, version: 3 });
});

const comments: CommentsOut = {
  revision: 10,
  items: [
    {
      id: "c1", task_id: "t1", project_id: "p1", author_id: null, body: "Hi", body_html: "<p>Hi</p>",
      created_at: "", updated_at: "", version: 1,
    },
  ],
};

test("comments come, change and go on their own task", () => {
  const apply = applyToComments("p1", "t1");
  const made = { ...comments.items[0], id: "c2", body: "Yes" };
  const more = apply(comments, change("comment.created", "c2", { before: null, after: made }));
  expect(more?.items.map((one) => one.id)).toEqual(["c1", "c2"]);
  const elsewhere = { ...made, task_id: "t2" };
  expect(apply(comments, change("comment.created", "c3", { before: null, after: elsewhere }))?.items).toBe(comments.items);
  expect(apply(comments, change("comment.changed", "c1", { after: { body: "Ho", version: 2 } }))?.items[0]?.body).toBe("Ho");
  expect(apply(comments, change("comment.deleted", "c1", { after: null }))?.items).toEqual([]);
});

test("projects: a rename is applied, a new one is asked for because my role in it is not in the event", () => {
  const list: ProjectsOut = { revision: 3, projects: [board().project] };
  const apply = applyToProjects("w1");
  const at = { topic: "workspace:w1", revision: 4 };
  expect(apply(list, change("project.changed", "p1", { ...at, after: { name: "Onward", version: 2 } }))?.projects[0]).toMatchObject({
    name: "Onward",
    role: "member",
  });
  expect(apply(list, change("project.created", "p2", { ...at, before: null, after: { id: "p2" } }))).toBeUndefined();
  expect(apply(list, change("project.deleted", "p1", { ...at, after: null }))?.projects).toEqual([]);
});

test("members: a role changes, a renamed person is renamed", () => {
  const list = { revision: 3, members: [{ person_id: "x", name: "Ada", email: "a@example.org", role: "member" as const, placeholder: false, suspended: false }] };
  const at = { topic: "workspace:w1", revision: 4 };
  const apply = applyToMembers("w1");
  expect(apply(list, change("member.changed", "x", { ...at, after: { role: "admin" } }))?.members[0]?.role).toBe("admin");
  expect(apply(list, change("person.changed", "x", { ...at, after: { name: "Ada L." } }))?.members[0]?.name).toBe("Ada L.");
});

const found = { ...row("t1", { assignee_ids: ["me"] }), project_key: "HW", project_name: "Headway", state_name: "To do", state_category: "todo" as const };
const work: MyWorkOut = { items: [found], revisions: { [topic]: 10 } };

test("my work: what is taken from me goes; what is given to me, or moved to another state, is asked for", () => {
  const apply = applyToMyWork("me");
  expect(apply(work, change("task.changed", "t1", { after: { assignee_ids: [], version: 2 } }))?.items).toEqual([]);
  expect(apply(work, change("task.deleted", "t1", { after: null }))?.items).toEqual([]);
  expect(apply(work, change("task.changed", "t7", { after: { assignee_ids: ["me"], version: 2 } }))).toBeUndefined();
  expect(apply(work, change("task.changed", "t1", { after: { state_id: "s2", version: 2 } }))).toBeUndefined();
  expect(apply(work, change("task.changed", "t1", { after: { due_on: "2026-12-01", version: 2 } }))?.items[0]?.due_on).toBe("2026-12-01");
});

test("my work: others' tasks only move the revision", () => {
  const after = applyToMyWork("me")(work, change("task.changed", "t8", { after: { title: "x", version: 2 } }));
  expect(after?.items).toBe(work.items);
  expect(after?.revisions).toEqual({ [topic]: 11 });
});

test("what is found is asked for again when something changes where it could come from", () => {
  const list = { items: [found], revisions: { [topic]: 10 } };
  const answered = applyToFound(list, change("task.changed", "t1", { after: { title: "New", version: 2 }, revision: null }));
  expect(answered?.items[0]?.title).toBe("New");
  expect(applyToFound(list, change("task.created", "t9", { before: null, after: { ...row("t9") }, revision: 11 }))).toBeUndefined();
  expect(applyToFound(list, change("comment.created", "c1", { revision: 11 }))).toBeUndefined();
  expect(applyToFound(list, change("task.changed", "t1", { revision: 10 }))).toBe(list);
  expect(applyToFound(list, change("task.changed", "t1", { revision: 11, topic: "project:other" }))).toBe(list);
  expect(applyToFound(list, change("undo.done", "x", { revision: 11 }))?.revisions).toEqual({ [topic]: 11 });
});
