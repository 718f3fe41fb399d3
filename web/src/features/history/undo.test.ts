import { notifications } from "@mantine/notifications";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { UndoOut } from "@/api/types";

import { changeStack, currentStack, openStack, pushed } from "./stack";
import { ask, currentlyAsked, redoLast, undoChange, undoLast } from "./undo";

const shown: { words: string; action: string | undefined }[] = [];
let bodies: unknown[] = [];

beforeEach(() => {
  sessionStorage.clear();
  openStack("ada", `w${Math.random()}`);
  ask(null);
  shown.length = 0;
  bodies = [];
  vi.spyOn(notifications, "hide").mockReturnValue("");
  vi.spyOn(notifications, "show").mockImplementation((toast) => {
    const line = (toast.message as { props: { children: [{ props: { children: string } }, { props: { children: string } } | undefined] } }).props.children;
    shown.push({ words: line[0].props.children, action: line[1]?.props.children });
    return "";
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function outcome(change: string | null, undoes: string, counts: Partial<UndoOut["counts"]> = {}): UndoOut {
  const thing = { kind: "task", id: "t", title: "Fix login", human_id: "HW-1", fields: ["state_id"], what: "changed" as const };
  return {
    preview: false, change, undoes, undone: change ? [thing] : [], conflicts: [], refused: [], left: [],
    counts: { undone: change ? 1 : 0, conflicts: 0, refused: 0, left: 0, ...counts },
  };
}

/** Answers each undo of `x` with a new change called `x'`, unless told otherwise. */
function server(answers: Record<string, { status?: number; body: object }> = {}) {
  const asked = vi.fn((path: string, init: RequestInit) => {
    const id = /changes\/([^/]+)\/undo/.exec(path)?.[1] ?? "";
    bodies.push(JSON.parse(String(init.body)));
    const { status = 200, body } = answers[id] ?? { body: outcome(`${id}'`, id) };
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { "headway-change": `${id}'` } }));
  });
  vi.stubGlobal("fetch", asked);
  return asked;
}

const done = (...changes: string[]) => changes.forEach((one) => changeStack((stack) => pushed(stack, one)));

test("key after key takes back one more, and redo comes back the same way", async () => {
  server();
  done("a", "b");
  undoLast();
  undoLast();
  await vi.waitFor(() => expect(currentStack()).toEqual({ undo: [], redo: ["b'", "a'"] }));
  expect(shown).toEqual([
    { words: "Undone: the state of HW-1 Fix login.", action: "Redo" },
    { words: "Undone: the state of HW-1 Fix login.", action: "Redo" },
  ]);
  redoLast();
  await vi.waitFor(() => expect(currentStack()).toEqual({ undo: ["a''"], redo: ["b'"] }));
  expect(shown[2]).toEqual({ words: "Redone: the state of HW-1 Fix login.", action: "Undo" });
});

test("with nothing of one's own there is nothing to undo", async () => {
  const asked = server();
  undoLast();
  await vi.waitFor(() => expect(shown[0]?.words).toMatch(/nothing of yours/));
  expect(asked).not.toHaveBeenCalled();
});

test("what conflicts whole is shown, and the key goes on to the one before", async () => {
  const { preview: _preview, change: _change, ...extra } = outcome(null, "b", { conflicts: 1 });
  server({ b: { status: 409, body: { code: "undo.conflicts", detail: "Changed since.", ...extra } } });
  done("a", "b");
  undoLast();
  await vi.waitFor(() => expect(currentlyAsked()).toMatchObject({ change: "b", outcome: { counts: { conflicts: 1 } } }));
  expect(currentStack()).toEqual({ undo: ["a"], redo: [] });
});

test("what goes back only in part offers to show what stayed", async () => {
  server({ a: { body: outcome("a'", "a", { conflicts: 2 }) } });
  done("a");
  await undoChange("a");
  expect(shown[0]).toEqual({ words: "Undone: the state of HW-1 Fix login. 2 stay as they are.", action: "What stayed" });
  expect(currentStack()).toEqual({ undo: [], redo: ["a'"] });
});

test.each([
  [403, { undo: ["a"], redo: [] }],
  [404, { undo: ["a"], redo: [] }],
  [410, { undo: ["a"], redo: [] }],
  [503, { undo: ["a", "b"], redo: [] }],
])("refused with %i", async (status, stack) => {
  server({ b: { status, body: { code: "x", detail: "No." } } });
  done("a", "b");
  expect(await undoChange("b")).toBeNull();
  expect(currentStack()).toEqual(stack);
  expect(shown[0]?.words).toBe("No. Nothing was undone.");
});

test("without the server the change stays on the stack", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
  done("a");
  await undoChange("a");
  expect(currentStack().undo).toEqual(["a"]);
});

test("one thing of many: the change can still be undone whole", async () => {
  server();
  done("bulk");
  await undoChange("bulk", false, ["t1"]);
  expect(bodies).toEqual([{ preview: false, only: ["t1"] }]);
  expect(currentStack()).toEqual({ undo: ["bulk", "bulk'"], redo: [] });
});
