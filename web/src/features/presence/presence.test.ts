import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { APART, othersOf, PresenceBook } from "@/live/presence";
import type { Here, Present } from "@/live/socket";

import { hereWords, typingWords } from "./words";

const window = (person_id: string, task_id: string | null, over: Partial<Present> = {}): Present => ({
  person_id, connection: `${person_id}-${task_id}`, task_id, typing: false, since: "2026-01-01T00:00:00Z", ...over,
});

const topic = "project:p";
let told: (Here | null)[];
let book: PresenceBook;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  book = new PresenceBook("me", (here) => told.push(here));
});
afterEach(() => vi.useRealTimers());

test("my own windows are nobody else, and somebody with two windows is one person", () => {
  const people = [window("ben", "t1"), window("me", "t1"), window("ben", "t2", { typing: true }), window("me", null)];
  expect(othersOf(people, "me")).toEqual([{ person_id: "ben", tasks: ["t1", "t2"], typing: ["t2"] }]);
});

test("the same people again draw nothing anew", () => {
  const heard = vi.fn();
  book.subscribe(heard);
  book.set(topic, [window("ben", "t1")]);
  const before = book.othersAt(topic);
  book.set(topic, [window("ben", "t1", { connection: "another" })]);
  expect(book.othersAt(topic)).toBe(before);
  expect(heard).toHaveBeenCalledOnce();
  book.set(topic, []);
  expect(book.othersAt(topic)).toEqual([]);
});

test("an open task says more than the board below it; closed, the board is shown again, and then nothing", () => {
  const leaveBoard = book.show(topic, null);
  const leaveTask = book.show(topic, "t1");
  vi.advanceTimersByTime(APART);
  leaveTask();
  vi.advanceTimersByTime(APART);
  leaveBoard();
  vi.advanceTimersByTime(APART);
  expect(told).toEqual([{ topic, task_id: "t1", typing: false }, { topic, task_id: null, typing: false }, null]);
});

test("from one task to the next is told once, and not more often than the server takes", () => {
  book.show(topic, "t1");
  vi.advanceTimersByTime(0);
  for (let step = 0; step < 20; step += 1) {
    book.show(topic, `t${step}`)();
    vi.advanceTimersByTime(10);
  }
  book.show(topic, "t9");
  vi.advanceTimersByTime(APART);
  expect(told.map((here) => here?.task_id)).toEqual(["t1", "t9"]);
});

test("writing is told at its beginning and its end", () => {
  book.show(topic, "t1");
  vi.advanceTimersByTime(APART);
  for (let key = 0; key < 5; key += 1) book.write("t1", true);
  vi.advanceTimersByTime(APART);
  book.write("t1", false);
  vi.advanceTimersByTime(APART);
  expect(told.map((here) => here?.typing)).toEqual([false, true, false]);
});

test.each([
  [[], ""],
  [["Ben Fischer"], "Ben is typing…"],
  [["Ben", "Cleo"], "Ben and Cleo are typing…"],
  [["Ben", "Cleo", "Dana"], "Ben and 2 others are typing…"],
])("%j: %s", (names, words) => expect(typingWords(names)).toBe(words));

test("who has it open", () => {
  expect(hereWords(["Ben"], "this board")).toBe("Ben has this board open");
  expect(hereWords(["Ben", "Cleo", "Dana"], "this task")).toBe("Ben, Cleo and Dana have this task open");
});
