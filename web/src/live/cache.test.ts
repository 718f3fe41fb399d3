import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { EventOut } from "@/api/types";

import { mergedList, type Change } from "./apply";
import { accessChanged, live, LiveCache, tell } from "./cache";
import type { LiveSocket } from "./socket";

interface List {
  revision: number;
  items: { id: string; title: string; version: number }[];
}

const topic = "project:p1";
const key = ["list"];
let client: QueryClient;
let cache: LiveCache;
let applied: Map<string, number>;
let fetched: ReturnType<typeof vi.fn<() => Promise<List>>>;
let stop: () => void;
const follow = vi.fn((name: string, revision: number) => {
  if (!applied.has(name)) applied.set(name, revision);
});
const leave = vi.fn((name: string) => applied.delete(name));

const socket = {
  follow,
  leave,
  revisionOf: (name: string) => applied.get(name),
  followed: () => [...applied.keys()],
} as unknown as LiveSocket;

function apply(list: List, change: Change): List | undefined {
  if (change.topic !== topic || (change.revision ?? Infinity) <= list.revision) return list;
  const items = mergedList(list.items, change);
  return items && { revision: change.revision ?? list.revision, items };
}

const event = (revision: number, title: string): EventOut => ({
  topic, revision, kind: "thing.changed", id: "a", before: {}, after: { title, version: revision }, at: "", by: null, means: "web", change: "",
});

const snapshot = (revision: number, title = `at ${revision}`): List => ({ revision, items: [{ id: "a", title, version: revision }] });

function arrive(one: EventOut) {
  applied.set(topic, one.revision);
  cache.onEvent(one);
}

function look() {
  const observer = new QueryObserver(client, {
    queryKey: key,
    queryFn: fetched,
    meta: live<List>({ apply, revisions: (list) => ({ [topic]: list.revision }), access: true }),
  });
  return observer.subscribe(() => undefined);
}

const title = () => client.getQueryData<List>(key)?.items[0]?.title;

beforeEach(() => {
  vi.useFakeTimers();
  applied = new Map();
  follow.mockClear();
  leave.mockClear();
  client = new QueryClient();
  cache = new LiveCache(client);
  fetched = vi.fn<() => Promise<List>>();
  stop = cache.connect(socket);
});
afterEach(() => {
  stop();
  client.clear();
  vi.useRealTimers();
});

test("what is looked at is followed from the revision it shows, and left a while after the last look", async () => {
  fetched.mockResolvedValue(snapshot(7));
  const unlook = look();
  await vi.advanceTimersByTimeAsync(1);
  expect(follow).toHaveBeenCalledWith(topic, 7);
  unlook();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(leave).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(leave).toHaveBeenCalledWith(topic);
});

test("an event goes into what is cached", async () => {
  fetched.mockResolvedValue(snapshot(7));
  look();
  await vi.advanceTimersByTimeAsync(1);
  arrive(event(8, "eight"));
  expect(title()).toBe("eight");
});

test("a snapshot that was on its way while events came does not undo them", async () => {
  fetched.mockResolvedValueOnce(snapshot(7));
  look();
  await vi.advanceTimersByTimeAsync(1);
  let answer: (list: List) => void = () => {};
  fetched.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  void client.invalidateQueries({ queryKey: key });
  arrive(event(8, "eight"));
  arrive(event(9, "nine"));
  answer(snapshot(7));
  await vi.advanceTimersByTimeAsync(1);
  expect(title()).toBe("nine");
  expect(client.getQueryData<List>(key)?.revision).toBe(9);
  expect(fetched).toHaveBeenCalledTimes(2);
});

test("a snapshot older than the events that are still known is fetched again", async () => {
  applied.set(topic, 20);
  fetched.mockResolvedValueOnce(snapshot(7)).mockResolvedValueOnce(snapshot(20));
  look();
  await vi.advanceTimersByTimeAsync(1);
  expect(fetched).toHaveBeenCalledTimes(2);
  expect(title()).toBe("at 20");
});

test("what an event cannot tell is fetched", async () => {
  fetched.mockResolvedValueOnce(snapshot(7)).mockResolvedValueOnce(snapshot(8, "fetched"));
  look();
  await vi.advanceTimersByTimeAsync(1);
  arrive({ ...event(8, "x"), id: "unknown" });
  await vi.advanceTimersByTimeAsync(1);
  expect(title()).toBe("fetched");
});

test("many events that only the server can tell wait for one answer, and are asked for once more if that is too old", async () => {
  fetched.mockResolvedValueOnce(snapshot(7));
  look();
  await vi.advanceTimersByTimeAsync(1);
  let answer: (list: List) => void = () => {};
  fetched.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  fetched.mockResolvedValueOnce(snapshot(10, "last"));
  for (const revision of [8, 9, 10]) arrive({ ...event(revision, "x"), id: "unknown" });
  await vi.advanceTimersByTimeAsync(1);
  expect(fetched).toHaveBeenCalledTimes(2);
  answer(snapshot(8));
  await vi.advanceTimersByTimeAsync(1);
  expect(fetched).toHaveBeenCalledTimes(3);
  expect(title()).toBe("last");
});

test("what was asked for before my access changed is not waited for", async () => {
  fetched.mockResolvedValueOnce(snapshot(7));
  look();
  await vi.advanceTimersByTimeAsync(1);
  fetched.mockReturnValueOnce(new Promise(() => undefined)).mockResolvedValueOnce(snapshot(7, "as I may see it now"));
  void client.invalidateQueries({ queryKey: key });
  accessChanged(client);
  await vi.advanceTimersByTimeAsync(1);
  expect(title()).toBe("as I may see it now");
});

test("a reload and a change of access fetch again", async () => {
  fetched.mockResolvedValue(snapshot(7));
  look();
  await vi.advanceTimersByTimeAsync(1);
  cache.onReload(topic);
  await vi.advanceTimersByTimeAsync(1);
  accessChanged(client);
  await vi.advanceTimersByTimeAsync(1);
  expect(fetched).toHaveBeenCalledTimes(3);
});

test("an answer is told the way its event will be, without moving the revision", async () => {
  fetched.mockResolvedValue(snapshot(7));
  look();
  await vi.advanceTimersByTimeAsync(1);
  tell(client, { ...event(8, "answered"), revision: null });
  expect(client.getQueryData<List>(key)).toEqual({ revision: 7, items: [{ id: "a", title: "answered", version: 8 }] });
  arrive(event(8, "answered"));
  expect(client.getQueryData<List>(key)?.revision).toBe(8);
});
