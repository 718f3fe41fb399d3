import { afterEach, expect, test, vi } from "vitest";

import { ProblemError } from "@/lib/problem";

import { get, onRecorded, patch, send, urlOf, writesAnswered } from "./client";

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: unknown) {
  const asked = vi.fn(() => Promise.resolve(new Response(body === undefined ? null : JSON.stringify(body), { status })));
  vi.stubGlobal("fetch", asked);
  return asked;
}

test.each([
  [{}, "/api/x"],
  [{ q: "a b", none: null, empty: "" }, "/api/x?q=a+b"],
  [{ label: ["1", "2"] }, "/api/x?label=1&label=2"],
])("the address of %j", (query, url) => expect(urlOf("/api/x", query)).toBe(url));

test("a refusal is a ProblemError with what the server sent", async () => {
  answer(409, { type: "about:blank", title: "Conflict", status: 409, code: "task.changed", detail: "Moved.", current: 1 });
  const error = await patch("/api/tasks/1", {}).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ status: 409, code: "task.changed", detail: "Moved.", extra: { current: 1 } });
});

test("an answer that is not ours, and none at all, are sentences too", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("<html>", { status: 502 })));
  await expect(get("/api/me")).rejects.toMatchObject({ status: 502, code: "http" });
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
  await expect(get("/api/me")).rejects.toMatchObject({ status: 0, offline: true });
});

test("no content is undefined", async () => {
  answer(204, undefined);
  await expect(patch("/api/me", {})).resolves.toBeUndefined();
});

test("what a write recorded is in its answer, and told to those who listen", async () => {
  const told = vi.fn();
  const stop = onRecorded(told);
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("{}", { headers: { "headway-change": "c1" } })));
  await expect(send("POST", "/api/tasks/1/move")).resolves.toEqual({ data: {}, change: "c1", merged: null });
  await send("POST", "/api/changes/c1/undo", { unheard: true });
  await get("/api/me");
  expect(told.mock.calls).toEqual([["c1", "/api/tasks/1/move"]]);
  stop();
});

test("waits for the writes on their way, refused ones too", async () => {
  let refuse: (answer: Response) => void = () => {};
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => (refuse = resolve)));
  const write = patch("/api/tasks/1", {});
  const done = vi.fn();
  const waiting = writesAnswered().then(done);
  await Promise.resolve();
  expect(done).not.toHaveBeenCalled();
  refuse(new Response("{}", { status: 409 }));
  await expect(write).rejects.toMatchObject({ status: 409 });
  await waiting;
  expect(done).toHaveBeenCalledOnce();
});
