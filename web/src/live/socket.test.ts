import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { EventOut } from "@/api/types";

import { DOUBT, LiveSocket, SILENCE } from "./socket";

const topic = "project:p1";

class Wire {
  sent: Record<string, unknown>[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close() {
    this.closed = true;
  }
  say(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  accept() {
    this.onopen?.();
    this.say({ type: "hello", person_id: "me" });
  }
}

const event = (revision: number, over: object = {}) => ({
  type: "event", topic, revision, kind: "task.changed", id: "t1", before: {}, after: { n: revision }, at: "", by: null,
  means: "web", change: "x", ...over,
});

let wires: Wire[];
let seen: number[];
let socket: LiveSocket;
const missing = vi.fn<(topic: string, after: number) => Promise<EventOut[] | null>>();
const told = { reload: vi.fn(), gone: vi.fn(), signedOut: vi.fn(), access: vi.fn() };

const wire = () => {
  const last = wires[wires.length - 1];
  if (!last) throw new Error("nothing was opened");
  return last;
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  wires = [];
  seen = [];
  missing.mockReset();
  for (const one of Object.values(told)) one.mockReset();
  socket = new LiveSocket({
    open: () => {
      wires.push(new Wire());
      return wire() as unknown as WebSocket;
    },
    missing,
    onEvent: (one) => seen.push(one.revision),
    onReload: told.reload,
    onGone: told.gone,
    onSignedOut: told.signedOut,
    onAccess: told.access,
  });
  socket.start();
});
afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

test("follows from the snapshot's revision, and is live once caught up", () => {
  wire().accept();
  socket.follow(topic, 7);
  expect(wire().sent).toEqual([{ type: "follow", topics: { [topic]: 7 } }]);
  expect(socket.stateOf(topic)).toBe("catching-up");
  wire().say({ type: "following", topic, revision: 7 });
  expect(socket.stateOf(topic)).toBe("live");
});

test("hands events on in order, each once", () => {
  wire().accept();
  socket.follow(topic, 7);
  for (const revision of [8, 8, 9, 7, 10]) wire().say(event(revision));
  expect(seen).toEqual([8, 9, 10]);
});

test("after a cut it comes back with the last revision that was handed on", () => {
  wire().accept();
  socket.follow(topic, 7);
  wire().say(event(8));
  wire().onclose?.({ code: 1006 });
  vi.advanceTimersByTime(600);
  expect(wires).toHaveLength(2);
  wire().accept();
  expect(wire().sent).toContainEqual({ type: "follow", topics: { [topic]: 8 } });
  wire().say(event(9));
  expect(seen).toEqual([8, 9]);
});

test("ten quiet seconds are a dead connection; beats keep it alive", () => {
  wire().accept();
  vi.advanceTimersByTime(SILENCE - 1);
  wire().say({ type: "beat" });
  vi.advanceTimersByTime(SILENCE - 1);
  expect(wires[0]?.closed).toBe(false);
  vi.advanceTimersByTime(2);
  expect(wires[0]?.closed).toBe(true);
  vi.advanceTimersByTime(1000);
  expect(wires).toHaveLength(2);
});

test("pings every four seconds, and answers beats where timers are slow", () => {
  wire().accept();
  const pings = () => wire().sent.filter((message) => message.type === "ping").length;
  for (let second = 0; second < 12; second += 1) {
    vi.advanceTimersByTime(1000);
    if (second % 4 === 3) wire().say({ type: "beat" });
  }
  expect(pings()).toBe(3);
  // A hidden page: its timers do not run, messages still come.
  vi.setSystemTime(Date.now() + 4000);
  wire().say({ type: "beat" });
  expect(pings()).toBe(4);
});

test("the light doubts after a missed beat, and says so before it gives the connection up", () => {
  wire().accept();
  socket.follow(topic, 7);
  wire().say({ type: "following", topic, revision: 7 });
  const heard = vi.fn();
  socket.subscribe(heard);
  vi.advanceTimersByTime(DOUBT + 1);
  expect(socket.stateOf(topic)).toBe("catching-up");
  expect(heard).toHaveBeenCalled();
  wire().say({ type: "beat" });
  expect(socket.stateOf(topic)).toBe("live");
  vi.advanceTimersByTime(SILENCE + 1);
  expect(wires[0]?.closed).toBe(true);
  expect(socket.stateOf(topic)).not.toBe("live");
});

test("a page that slept asks before it believes that the connection is dead", () => {
  wire().accept();
  const slept = Date.now() + 60_000;
  vi.advanceTimersByTime(SILENCE - 1);
  vi.setSystemTime(slept);
  vi.advanceTimersByTime(1);
  expect(wires[0]?.closed).toBe(false);
  wire().say({ type: "beat" });
  vi.advanceTimersByTime(4000);
  wire().say({ type: "beat" });
  expect(wires).toHaveLength(1);
});

test("says whose session it is once it has been greeted, and what this tab shows after every cut", () => {
  expect(socket.connection()).toEqual({ person: null, down: false });
  wire().accept();
  expect(socket.connection()).toEqual({ person: "me", down: false });
  const here = { topic, task_id: "t1", typing: false };
  socket.setHere(here);
  expect(wire().sent).toContainEqual({ type: "here", ...here });
  wire().onclose?.({ code: 1006 });
  vi.advanceTimersByTime(600);
  wire().accept();
  expect(wire().sent).toContainEqual({ type: "here", ...here });
  socket.setHere(null);
  expect(wire().sent).toContainEqual({ type: "away" });
});

test("waits longer after each failure, and says since when it is offline", () => {
  wire().accept();
  const heard = new Date().toISOString();
  const waits: number[] = [];
  for (let failure = 0; failure < 8; failure += 1) {
    const count = wires.length;
    wire().onclose?.({ code: 1006 });
    let waited = 0;
    while (wires.length === count) {
      vi.advanceTimersByTime(100);
      waited += 100;
    }
    waits.push(waited);
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
  expect(socket.stateOf(topic)).toBe(`offline ${heard}`);
});

test("a network that comes back is tried at once", () => {
  wire().accept();
  for (let failure = 0; failure < 5; failure += 1) {
    wire().onclose?.({ code: 1006 });
    if (failure < 4) vi.advanceTimersByTime(20_000);
  }
  const count = wires.length;
  socket.wake();
  expect(wires).toHaveLength(count + 1);
});

test("a network that goes is offline at once", () => {
  wire().accept();
  socket.sleep();
  expect(socket.stateOf(topic)).toMatch(/^offline/);
});

test("a page that wakes up does not trust a quiet connection", () => {
  wire().accept();
  socket.wake();
  expect(wire().sent).toContainEqual({ type: "ping" });
  vi.advanceTimersByTime(3100);
  expect(wires[0]?.closed).toBe(true);
});

test("a gap is filled before anything later is handed on", async () => {
  wire().accept();
  socket.follow(topic, 7);
  wire().say({ type: "following", topic, revision: 7 });
  let answer: (events: EventOut[]) => void = () => {};
  missing.mockReturnValue(new Promise((resolve) => (answer = resolve)));
  wire().say(event(10));
  wire().say(event(11));
  expect(missing).toHaveBeenCalledWith(topic, 7);
  expect(seen).toEqual([]);
  expect(socket.stateOf(topic)).toBe("catching-up");
  answer([event(8), event(9), event(10)] as unknown as EventOut[]);
  await vi.waitFor(() => expect(seen).toEqual([8, 9, 10, 11]));
  expect(socket.stateOf(topic)).toBe("live");
});

test("what is not mine to see is passed over, and no gap", () => {
  wire().accept();
  socket.follow(topic, 7);
  wire().say({ type: "skip", topic, revision: 9 });
  wire().say(event(10));
  wire().say({ type: "skip", topic, revision: 8 });
  wire().say(event(11));
  expect(seen).toEqual([10, 11]);
  expect(missing).not.toHaveBeenCalled();
  expect(socket.revisionOf(topic)).toBe(11);
});

test("a page that leaves out what is not mine to see fills a gap all the same", async () => {
  wire().accept();
  socket.follow(topic, 7);
  missing.mockResolvedValue([event(9) as unknown as EventOut]);
  wire().say(event(12));
  await vi.waitFor(() => expect(seen).toEqual([9, 12]));
  expect(missing).toHaveBeenCalledOnce();
});

test("a gap that is too wide means the snapshot again", async () => {
  wire().accept();
  socket.follow(topic, 7);
  missing.mockResolvedValue(null);
  wire().say(event(4000));
  await vi.waitFor(() => expect(told.reload).toHaveBeenCalledWith(topic));
  wire().say(event(4001));
  expect(seen).toEqual([4001]);
});

test("a gap that cannot be asked for is asked for again with the next event", async () => {
  wire().accept();
  socket.follow(topic, 7);
  missing.mockRejectedValueOnce(new Error("offline"));
  wire().say(event(9));
  await vi.advanceTimersByTimeAsync(0);
  expect(seen).toEqual([]);
  missing.mockResolvedValueOnce([event(8), event(9)] as unknown as EventOut[]);
  wire().say(event(10));
  await vi.waitFor(() => expect(seen).toEqual([8, 9, 10]));
});

test("reload, as a message and as an event, asks for the snapshot and goes on from there", () => {
  wire().accept();
  socket.follow(topic, 7);
  wire().say({ type: "reload", topic, revision: 500 });
  wire().say(event(501, { kind: "reload", before: null, after: null }));
  wire().say(event(502));
  expect(told.reload).toHaveBeenCalledTimes(2);
  expect(seen).toEqual([502]);
});

test("a topic that was closed to me is remembered, and not asked for again until access changes", () => {
  wire().accept();
  socket.follow(topic, 7);
  wire().say({ type: "gone", topic });
  expect(socket.isGone(topic)).toBe(true);
  expect(told.gone).toHaveBeenCalledWith(topic);
  wire().sent = [];
  socket.follow(topic, 7);
  expect(wire().sent).toEqual([]);
  socket.forgive();
  socket.follow(topic, 7);
  expect(wire().sent).toHaveLength(1);
  expect(socket.isGone(topic)).toBe(true);
  wire().say({ type: "following", topic, revision: 7 });
  expect(socket.isGone(topic)).toBe(false);
});

test("signed out elsewhere: says so, and does not knock again", () => {
  wire().accept();
  wire().onclose?.({ code: 4401 });
  expect(told.signedOut).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(60_000);
  expect(wires).toHaveLength(1);
});

test("access.changed is told at once, and once more if it came while the connection was cut", () => {
  wire().accept();
  wire().say({ type: "following", topic: "person:me", revision: 4 });
  wire().say(event(5, { topic: "person:me", kind: "access.changed" }));
  expect(told.access).toHaveBeenCalledTimes(1);
  wire().onclose?.({ code: 1006 });
  vi.advanceTimersByTime(600);
  wire().accept();
  wire().say({ type: "following", topic: "person:me", revision: 5 });
  expect(told.access).toHaveBeenCalledTimes(1);
  wire().onclose?.({ code: 1006 });
  vi.advanceTimersByTime(600);
  wire().accept();
  wire().say({ type: "following", topic: "person:me", revision: 6 });
  expect(told.access).toHaveBeenCalledTimes(2);
});

test("what is left is told to the server", () => {
  wire().accept();
  socket.follow(topic, 7);
  socket.leave(topic);
  expect(wire().sent).toContainEqual({ type: "leave", topics: [topic] });
  wire().say(event(8));
  expect(seen).toEqual([]);
});
