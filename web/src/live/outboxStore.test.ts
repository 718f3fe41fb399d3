import { beforeEach, expect, test, vi } from "vitest";

import { alone, BrowserStore } from "./outboxStore";
import type { Waiting } from "./waiting";

const item = (id: string, over: Partial<Waiting> = {}) => ({ id, lane: "task:t1", person: "ada", ...over }) as Waiting;

beforeEach(() => localStorage.clear());

test("keeps each person's own, in order", () => {
  const [ada, ben] = [new BrowserStore("ada"), new BrowserStore("ben")];
  for (const id of ["2", "1", "3"]) expect(ada.put(item(id))).toBe(true);
  expect(ada.all().map((one) => one.id)).toEqual(["1", "2", "3"]);
  expect(ben.all()).toEqual([]);
  ada.remove("2");
  expect(ada.get("2")).toBeNull();
  expect(new BrowserStore("ada").all()).toHaveLength(2);
});

test("what is no longer readable is passed over", () => {
  localStorage.setItem("headway-waiting-ada-0", "{half");
  localStorage.setItem("headway-waiting-ada-1", "7");
  const store = new BrowserStore("ada");
  store.put(item("2"));
  expect(store.all().map((one) => one.id)).toEqual(["2"]);
});

test("a full storage says so", () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  expect(new BrowserStore("ada").put(item("1"))).toBe(false);
});

test("other tabs are heard of, other people's changes are not", () => {
  const heard = vi.fn();
  const stop = new BrowserStore("ada").subscribe(heard);
  const change = (key: string, newValue: string | null) => window.dispatchEvent(new StorageEvent("storage", { key, newValue }));
  change("headway-waiting-ada-1", "{}");
  change("headway-waiting-ada-1", null);
  change("headway-waiting-ben-1", "{}");
  stop();
  change("headway-waiting-ada-1", "{}");
  expect(heard.mock.calls).toEqual([[false], [true]]);
});

test("without the browser's locks a lease keeps two apart, and ends by itself", async () => {
  expect("locks" in navigator).toBe(false);
  const order: string[] = [];
  const run = (name: string) => async () => {
    order.push(`${name} begins`);
    await new Promise((resume) => setTimeout(resume, 50));
    order.push(`${name} ends`);
  };
  const first = alone("lane", run("first"));
  await Promise.all([first, alone("lane", run("second"))]);
  expect(order).toHaveLength(4);
  expect(order[1]?.split(" ")[0]).toBe(order[0]?.split(" ")[0]);
  localStorage.setItem("headway-lease-lane", `crashed ${Date.now() - 1}`);
  await alone("lane", run("third"));
  expect(order.at(-1)).toBe("third ends");
});
