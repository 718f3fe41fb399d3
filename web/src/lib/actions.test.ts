import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { listenForKeys, registerAction, runAction } from "./actions";

let stop: () => void;
const cleanup: (() => void)[] = [];

beforeEach(() => {
  stop = listenForKeys();
});
afterEach(() => {
  stop();
  for (const undo of cleanup.splice(0)) undo();
  document.body.innerHTML = "";
  vi.useRealTimers();
});

function register(id: string, keys: string) {
  const run = vi.fn();
  cleanup.push(registerAction({ id, title: id, group: "Test", keys, run }));
  return run;
}

function press(key: string, target: Element = document.body, held: KeyboardEventInit = {}) {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held }));
}

test("one key and two keys in a row", () => {
  const create = register("create", "c");
  const work = register("work", "g m");
  press("c");
  press("g");
  press("m");
  expect(create).toHaveBeenCalledOnce();
  expect(work).toHaveBeenCalledOnce();
  press("m");
  expect(work).toHaveBeenCalledOnce();
});

test("a first key is forgotten after a second", () => {
  vi.useFakeTimers();
  const work = register("work", "g m");
  press("g");
  vi.advanceTimersByTime(1100);
  press("m");
  expect(work).not.toHaveBeenCalled();
});

test("keys typed into a field or held with Ctrl are left alone", () => {
  const create = register("create", "c");
  document.body.innerHTML = "<input><textarea></textarea>";
  for (const field of document.body.children) press("c", field);
  press("c", document.body, { ctrlKey: true });
  expect(create).not.toHaveBeenCalled();
});

test("Ctrl and Cmd are one, with Shift or without; in a field they are the browser's", () => {
  const undo = register("undo", "Mod+z");
  const redo = register("redo", "Mod+Shift+z");
  const plain = register("plain", "z");
  document.body.innerHTML = "<textarea></textarea>";
  press("z", document.body, { ctrlKey: true });
  press("z", document.body, { metaKey: true });
  press("Z", document.body, { ctrlKey: true, shiftKey: true });
  press("z", document.body, { ctrlKey: true, altKey: true });
  press("z", document.querySelector("textarea") ?? document.body, { ctrlKey: true });
  expect(undo).toHaveBeenCalledTimes(2);
  expect(redo).toHaveBeenCalledOnce();
  expect(plain).not.toHaveBeenCalled();
});

test("keys rest while a dialog is open", () => {
  const create = register("create", "c");
  document.body.innerHTML = "<div role=dialog aria-modal=true></div>";
  press("c");
  expect(create).not.toHaveBeenCalled();
});

test("the newest registration of an id wins until it leaves", () => {
  const first = vi.fn();
  const second = vi.fn();
  cleanup.push(registerAction({ id: "same", title: "", group: "", run: first }));
  const leave = registerAction({ id: "same", title: "", group: "", run: second });
  runAction("same");
  leave();
  runAction("same");
  expect(first).toHaveBeenCalledOnce();
  expect(second).toHaveBeenCalledOnce();
  expect(runAction("nobody")).toBe(false);
});
