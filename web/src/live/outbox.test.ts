import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { EventOut } from "@/api/types";
import { ProblemError } from "@/lib/problem";

import { Outbox, type Answer } from "./outbox";
import type { Store } from "./outboxStore";
import { nextOf, type Waiting, type Write } from "./waiting";

/** One browser's storage, seen from several tabs. */
class Shared {
  readonly kept = new Map<string, string>();
  private readonly tabs = new Set<{ tell: (removed: boolean) => void }>();
  full = false;

  tab(): Store {
    const own = { tell: (_removed: boolean) => {} };
    this.tabs.add(own);
    const changed = (removed: boolean) => {
      for (const other of this.tabs) if (other !== own) other.tell(removed);
    };
    const read = (id: string) => JSON.parse(this.kept.get(id) ?? "null") as Waiting | null;
    return {
      all: () => [...this.kept.keys()].sort().map((id) => read(id) as Waiting),
      get: read,
      put: (item) => {
        if (this.full) return false;
        this.kept.set(item.id, JSON.stringify(item));
        changed(false);
        return true;
      },
      remove: (id) => {
        if (this.kept.delete(id)) changed(true);
      },
      subscribe: (listener) => {
        own.tell = listener;
        return () => (own.tell = () => {});
      },
    };
  }
}

/** A server that remembers keys, and a network that can go away before or after it has heard. */
class Server {
  sent: Waiting[] = [];
  done: string[] = [];
  network: "up" | "down" | "deaf" = "up";
  refuse: ((item: Waiting) => ProblemError | null) | null = null;
  version = 1;
  private readonly answered = new Map<string, Answer>();

  send = async (item: Waiting): Promise<Answer> => {
    await Promise.resolve();
    if (this.network === "down") throw new ProblemError(0, "offline", "");
    this.sent.push(item);
    const refusal = this.refuse?.(item);
    if (refusal) throw refusal;
    const again = item.method === "POST" ? this.answered.get(item.id) : undefined;
    const answer = again ?? { data: { id: item.thing, version: (this.version += 1) }, merged: null };
    if (!again) this.done.push(`${item.method} ${item.path} ${JSON.stringify(item.body)}`);
    this.answered.set(item.id, answer);
    // Heard and done, but the answer is lost on its way.
    if (this.network === "deaf") throw new ProblemError(0, "offline", "");
    return answer;
  };
}

/** Web Locks, in one process. */
function locks() {
  const held = new Map<string, Promise<unknown>>();
  return async <T>(name: string, run: () => Promise<T>): Promise<T> => {
    const turn = (held.get(name) ?? Promise.resolve()).then(run, run);
    held.set(name, turn.catch(() => undefined));
    return await turn;
  };
}

let shared: Shared;
let server: Server;
let alone: ReturnType<typeof locks>;
let session: string | null;
const told = { saved: vi.fn(), refused: vi.fn(), caughtUp: vi.fn(), stranger: vi.fn() };
const open: Outbox[] = [];

function tab(person = "ada"): Outbox {
  const outbox = new Outbox({
    person,
    store: shared.tab(),
    send: server.send,
    whoAmI: async () => {
      await Promise.resolve();
      if (server.network === "down") throw new ProblemError(0, "offline", "");
      return session;
    },
    alone,
    onSaved: told.saved,
    onRefused: told.refused,
    onCaughtUp: told.caughtUp,
    onStranger: told.stranger,
  });
  outbox.start();
  open.push(outbox);
  return outbox;
}

const change = (task: string, body: Record<string, unknown>, over: Partial<Write> = {}): Write => ({
  lane: `task:${task}`, thing: task, project: "p", name: task, what: "Title", method: "PATCH", path: `/api/tasks/${task}`,
  body: { version: 1, ...body }, tells: "task.changed", shown: { task, fields: { ...body } }, ...over,
});
const create = (title: string): Write => ({
  lane: "create:p", thing: `new-${title}`, project: "p", name: title, what: "New task", method: "POST",
  path: "/api/projects/p/tasks", body: { title }, tells: "task.created",
});
const soon = (time = 0) => vi.advanceTimersByTimeAsync(time);
const states = (outbox: Outbox) => outbox.all().map((item) => `${item.thing} ${item.state}`);

beforeEach(() => {
  vi.useFakeTimers();
  shared = new Shared();
  server = new Server();
  alone = locks();
  session = "ada";
  for (const one of Object.values(told)) one.mockReset();
});
afterEach(() => {
  for (const outbox of open.splice(0)) outbox.stop();
  vi.useRealTimers();
});

test("what is dropped while it is asked whose session this is, is not sent after all", async () => {
  let answer: (person: string) => void = () => {};
  const store = shared.tab();
  const outbox = new Outbox({
    person: "ada", store, send: server.send, whoAmI: () => new Promise((resolve) => (answer = resolve)), alone,
    onSaved: told.saved, onRefused: told.refused, onCaughtUp: told.caughtUp, onStranger: told.stranger,
  });
  outbox.start();
  open.push(outbox);
  void outbox.add(change("t1", { title: "A" }));
  await soon();
  outbox.drop(outbox.all()[0]?.id ?? "");
  answer("ada");
  await soon(60_000);
  expect(server.sent).toEqual([]);
  expect(shared.kept.size).toBe(0);
});

describe("with a connection", () => {
  test("a write is kept before it is sent, and forgotten with its answer", async () => {
    const outbox = tab();
    const saved = outbox.add(change("t1", { title: "A" }));
    expect(shared.kept.size).toBe(1);
    await soon();
    await expect(saved).resolves.toMatchObject({ data: { id: "t1" } });
    expect(shared.kept.size).toBe(0);
    expect(outbox.all()).toEqual([]);
  });

  test("things go side by side; one thing's writes one after the other, the later on the ground of the earlier", async () => {
    const outbox = tab();
    void outbox.add(change("t1", { title: "A" }));
    void outbox.add(change("t1", { title: "B" }));
    void outbox.add(change("t2", { title: "C" }));
    await soon();
    expect(server.sent.map((item) => [item.thing, item.body?.title, item.body?.version])).toEqual([
      ["t1", "A", 1],
      ["t2", "C", 1],
      ["t1", "B", 2],
    ]);
  });

  test("somebody else's version of another field is not mine", async () => {
    const outbox = tab();
    await Promise.all([outbox.add(change("t1", { title: "A" })), soon()]);
    void outbox.add(change("t1", { title: "B", due_on: "2026-01-01" }));
    await soon();
    expect(server.sent.at(-1)?.body?.version).toBe(1);
  });

  test("what is refused is told to its maker, who has the words still", async () => {
    server.refuse = () => new ProblemError(403, "forbidden", "Viewers look.");
    const outbox = tab();
    const saved = outbox.add(change("t1", { title: "A" }));
    const refused = expect(saved).rejects.toMatchObject({ status: 403 });
    await soon();
    await refused;
    expect(outbox.all()).toEqual([]);
    expect(told.refused).toHaveBeenCalledWith(expect.objectContaining({ thing: "t1" }), true);
  });

  test("a conflict stays until it is settled", async () => {
    server.refuse = () => new ProblemError(409, "changed", "Ben was first.", { conflicts: [{ field: "title" }] });
    const outbox = tab();
    const refused = expect(outbox.add(change("t1", { title: "A" }))).rejects.toMatchObject({ status: 409 });
    await soon();
    await refused;
    expect(states(outbox)).toEqual(["t1 refused"]);
    expect(states(tab())).toEqual(["t1 refused"]);
    server.refuse = null;
    void outbox.add(change("t1", { due_on: "2026-01-01" }));
    await soon();
    expect(server.done).toHaveLength(1);
    outbox.drop(outbox.all()[0]?.id ?? "");
    expect(shared.kept.size).toBe(0);
  });
});

describe("without one", () => {
  test("nothing is refused; it waits, and goes out in order when the network is back", async () => {
    server.network = "down";
    const outbox = tab();
    const results = [create("one"), create("two"), change("t1", { title: "A" })].map((write) => outbox.add(write));
    await soon(5000);
    await expect(Promise.all(results)).resolves.toEqual([null, null, null]);
    expect(states(outbox)).toEqual(["new-one waiting", "new-two waiting", "t1 waiting"]);
    server.network = "up";
    outbox.wake();
    await soon();
    expect(server.sent.map((item) => item.thing)).toEqual(["new-one", "new-two", "t1"]);
    expect(told.caughtUp).toHaveBeenCalledWith(3);
    expect(outbox.all()).toEqual([]);
  });

  test("is tried again by itself, less and less often", async () => {
    server.network = "down";
    const outbox = tab();
    void outbox.add(change("t1", { title: "A" }));
    await soon(60_000);
    expect(outbox.all()[0]?.tries).toBeLessThan(10);
    server.network = "up";
    await soon(30_000);
    expect(server.done).toHaveLength(1);
  });

  test("an answer that got lost on its way doubles nothing", async () => {
    server.network = "deaf";
    const outbox = tab();
    void outbox.add(create("one"));
    await soon(10);
    expect(server.done).toHaveLength(1);
    expect(states(outbox)).toEqual(["new-one waiting"]);
    server.network = "up";
    outbox.wake();
    await soon();
    expect(server.sent).toHaveLength(2);
    expect(new Set(server.sent.map((item) => item.id)).size).toBe(1);
    expect(server.done).toHaveLength(1);
  });

  test("a deletion that arrived the first time is done, not refused", async () => {
    server.network = "deaf";
    const outbox = tab();
    void outbox.add(change("t1", {}, { method: "DELETE", body: null, tells: "task.deleted" }));
    await soon(10);
    server.network = "up";
    server.refuse = () => new ProblemError(404, "task.not_found", "");
    outbox.wake();
    await soon();
    expect(outbox.all()).toEqual([]);
    expect(told.refused).not.toHaveBeenCalled();
  });

  test("an answer that does not come in three seconds is not waited for", async () => {
    const outbox = tab();
    let answer: (one: Answer) => void = () => {};
    server.send = () => new Promise<Answer>((resolve) => (answer = resolve));
    const slow = new Outbox({ person: "ada", store: shared.tab(), send: (item) => server.send(item), whoAmI: () => Promise.resolve("ada"), alone,
      onSaved: told.saved, onRefused: told.refused, onStranger: told.stranger });
    slow.start();
    open.push(slow);
    const saved = slow.add(change("t1", { title: "A" }));
    await soon(3001);
    await expect(saved).resolves.toBeNull();
    expect(states(slow)).toEqual(["t1 waiting"]);
    answer({ data: { id: "t1", version: 2 }, merged: null });
    await soon();
    expect(slow.all()).toEqual([]);
    expect(outbox.all()).toEqual([]);
  });

  test("two words about one field that never left are one: the last, on the first one's ground", async () => {
    server.network = "down";
    const outbox = tab();
    void outbox.add(change("t0", { title: "first in the queue" }));
    await soon(10);
    void outbox.add(change("t1", { title: "A" }));
    await soon(4000);
    outbox.connection(null, true);
    void outbox.add(change("t1", { title: "B" }));
    void outbox.add(change("t1", { priority: 3 }));
    await soon(10);
    expect(outbox.all().filter((item) => item.thing === "t1").map((item) => item.body)).toEqual([
      { version: 1, title: "B" },
      { version: 1, priority: 3 },
    ]);
    server.network = "up";
    outbox.wake();
    await soon();
    expect(server.done).toHaveLength(3);
  });

  test("a conflict found while catching up does not hold up the rest", async () => {
    server.network = "down";
    const outbox = tab();
    for (const task of ["t1", "t2"]) void outbox.add(change(task, { title: "Mine" }));
    await soon(4000);
    server.network = "up";
    server.refuse = (item) => (item.thing === "t1" ? new ProblemError(409, "changed", "", { conflicts: [{ field: "title" }] }) : null);
    outbox.wake();
    await soon();
    expect(states(outbox)).toEqual(["t1 refused"]);
    expect(told.refused).toHaveBeenCalledWith(expect.objectContaining({ thing: "t1" }), false);
    expect(server.done).toHaveLength(1);
  });

  test("what cannot be saved any more stays readable, and can be tried again", async () => {
    server.network = "down";
    const outbox = tab();
    void outbox.add(change("t1", { title: "Mine" }));
    await soon(4000);
    server.network = "up";
    server.refuse = () => new ProblemError(404, "task.not_found", "No such task.");
    outbox.wake();
    await soon();
    expect(outbox.all()[0]?.refusal).toMatchObject({ status: 404, detail: "No such task." });
    server.refuse = null;
    outbox.retry(outbox.all()[0]?.id ?? "");
    await soon();
    expect(outbox.all()).toEqual([]);
  });
});

test("what was made is not shown twice while its answer is on the way", async () => {
  server.network = "deaf";
  const outbox = tab();
  void outbox.add(create("one"));
  void outbox.add(create("two"));
  await soon(10);
  const event = { topic: "project:p", kind: "task.created", by: "ada", after: { title: "one" } } as unknown as EventOut;
  for (const other of [{ by: "ben" }, { topic: "project:q" }, { after: { title: "two" } }]) outbox.met({ ...event, ...other });
  expect(outbox.all().map((item) => item.met)).toEqual([undefined, undefined]);
  outbox.met(event);
  expect(outbox.all().map((item) => item.met)).toEqual([true, undefined]);
});

describe("a page that ends", () => {
  test("leaves what waits to the next one", async () => {
    server.network = "down";
    void tab().add(create("one"));
    await soon(10);
    open.pop()?.stop();
    server.network = "up";
    const next = tab();
    await soon();
    expect(server.done).toHaveLength(1);
    expect(next.all()).toEqual([]);
  });

  test("in the middle of a request: sent once more with the same key", async () => {
    const crashed = new Outbox({ person: "ada", store: shared.tab(), send: (item) => {
      void server.send(item);
      return new Promise(() => {});
    }, whoAmI: () => Promise.resolve("ada"), alone: (_name, run) => run(), onSaved: told.saved, onRefused: told.refused, onStranger: told.stranger });
    crashed.start();
    void crashed.add(create("one"));
    await soon(10);
    crashed.stop();
    tab();
    await soon(6000);
    expect(server.sent).toHaveLength(2);
    expect(server.done).toHaveLength(1);
    expect(shared.kept.size).toBe(0);
  });
});

describe("two tabs", () => {
  test("send each thing once, whoever made it", async () => {
    server.network = "down";
    const [one, other] = [tab(), tab()];
    void one.add(create("one"));
    void other.add(change("t1", { title: "A" }));
    await soon(6000);
    expect(one.all()).toHaveLength(2);
    expect(other.all()).toHaveLength(2);
    server.network = "up";
    one.wake();
    other.wake();
    await soon(2000);
    expect(server.sent).toHaveLength(2);
    expect(one.all()).toEqual([]);
    expect(other.all()).toEqual([]);
  });
});

describe("whose it is", () => {
  test("nothing is sent in somebody else's session, nor shown to them", async () => {
    server.network = "down";
    const ada = tab("ada");
    void ada.add(create("Ada's"));
    await soon(10);
    session = "ben";
    server.network = "up";
    const ben = tab("ben");
    ada.wake();
    await soon(60_000);
    expect(server.sent).toEqual([]);
    expect(ben.all()).toEqual([]);
    expect(told.stranger).toHaveBeenCalled();
    session = "ada";
    ada.connection("ada", false);
    await soon();
    expect(server.done).toHaveLength(1);
  });

  test("signed out: it waits for the same person", async () => {
    server.refuse = () => new ProblemError(401, "signed_out", "");
    const outbox = tab();
    const saved = outbox.add(create("one"));
    await soon(10);
    await expect(saved).resolves.toBeNull();
    expect(told.stranger).toHaveBeenCalled();
    outbox.stop();
    server.refuse = null;
    tab();
    await soon();
    expect(server.done).toHaveLength(1);
  });

  test("a live connection of mine needs no asking", async () => {
    const outbox = tab();
    outbox.connection("ada", false);
    session = null;
    void outbox.add(create("one"));
    await soon();
    expect(server.done).toHaveLength(1);
    outbox.doubt();
    void outbox.add(create("two"));
    await soon();
    expect(server.done).toHaveLength(1);
  });
});

test("a browser that keeps nothing still sends", async () => {
  shared.full = true;
  server.network = "down";
  const outbox = tab();
  void outbox.add(create("one"));
  await soon(4000);
  expect(outbox.all().map(outbox.isKept)).toEqual([false]);
  server.network = "up";
  outbox.wake();
  await soon();
  expect(server.done).toHaveLength(1);
});

test("a backlog goes one by one; fresh writes go side by side", () => {
  const item = (id: string, lane: string, state: Waiting["state"]) => ({ id, lane, state }) as Waiting;
  const fresh = [item("1", "a", "fresh"), item("2", "a", "fresh"), item("3", "b", "fresh")];
  expect(nextOf(fresh, new Set()).map((one) => one.id)).toEqual(["1", "3"]);
  expect(nextOf(fresh, new Set(["a"])).map((one) => one.id)).toEqual(["3"]);
  const backlog = [item("0", "x", "refused"), item("1", "a", "waiting"), item("2", "b", "fresh")];
  expect(nextOf(backlog, new Set()).map((one) => one.id)).toEqual(["1"]);
  expect(nextOf(backlog, new Set(["a"]))).toEqual([]);
});
