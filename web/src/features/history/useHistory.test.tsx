import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";

import type { ChangeOut, HistoryOut } from "@/api/types";
import { tell } from "@/live/cache";

import { taskHistory } from "./api";
import { useHistory } from "./useHistory";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const change = (id: string, revision: number): ChangeOut => ({
  id, revision, at: "2026-11-22T12:00:00Z", by: "ada", means: "web", token: null, why: null, undoes: null, undone_by: null, count: 1, kinds: {}, events: [],
});
const source = taskHistory("p", "t1");
const event = (id: string, revision: number) => ({ topic: "project:p", kind: "task.changed", id, revision, before: {}, after: {} });

function opened(answers: HistoryOut[]) {
  const asked = vi.fn((_path: string) => Promise.resolve(new Response(JSON.stringify(answers.length > 1 ? answers.shift() : answers[0]))));
  vi.stubGlobal("fetch", asked);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>;
  const hook = renderHook(() => useHistory(source), { wrapper });
  return { client, asked, ids: () => hook.result.current.items.map((one) => one.id), hook };
}

test("an event brings what is new on top, once, and others' things bring nothing", async () => {
  const { client, asked, ids } = opened([
    { items: [change("b", 2), change("a", 1)], next_cursor: null, people: [] },
    { items: [change("c", 3), change("b", 2)], next_cursor: "more", people: [] },
  ]);
  await waitFor(() => expect(ids()).toEqual(["b", "a"]));
  act(() => tell(client, event("t2", 3)));
  act(() => tell(client, event("t1", 3)));
  await waitFor(() => expect(ids()).toEqual(["c", "b", "a"]));
  expect(asked).toHaveBeenCalledTimes(2);
  act(() => tell(client, event("t1", 3)));
  await Promise.resolve();
  expect(asked).toHaveBeenCalledTimes(2);
});

test("many events in a row are asked for together", async () => {
  const { client, asked, ids } = opened([
    { items: [change("a", 1)], next_cursor: null, people: [] },
    { items: [change("b", 2), change("a", 1)], next_cursor: null, people: [] },
    { items: [change("z", 30), change("b", 2), change("a", 1)], next_cursor: null, people: [] },
  ]);
  await waitFor(() => expect(ids()).toEqual(["a"]));
  act(() => tell(client, event("t1", 2)));
  await waitFor(() => expect(ids()).toEqual(["b", "a"]));
  for (let revision = 3; revision <= 30; revision += 1) act(() => tell(client, event("t1", revision)));
  await waitFor(() => expect(ids()).toEqual(["z", "b", "a"]), { timeout: 3000 });
  expect(asked.mock.calls.length).toBeLessThanOrEqual(4);
});
