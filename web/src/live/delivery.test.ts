import { QueryClient } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";

import { live } from "./cache";
import { teach, tellAnswer } from "./delivery";
import type { Waiting } from "./waiting";

const item = (tells: string) => ({ tells, project: "p", thing: "edit:p", shown: { all: [{ task: "a" }] } }) as unknown as Waiting;

test("an answer about many is told thing by thing", () => {
  const client = new QueryClient();
  const apply = vi.fn((data: object) => data);
  client.getQueryCache().build(client, { queryKey: ["board"], meta: live<object>({ apply }) }).setData({});
  teach("many.edited", () => [{ kind: "task.changed", id: "a", after: { version: 2 } }, { kind: "task.deleted", id: "b", after: null }]);
  tellAnswer(client, item("many.edited"), {});
  expect(apply.mock.calls.map(([, change]: unknown[]) => (change as { id: string }).id)).toEqual(["a", "b"]);
});

test("an answer that comes before its feature is kept for it", () => {
  const heard = vi.fn(() => []);
  tellAnswer(new QueryClient(), item("late.edited"), { items: [] });
  teach("late.edited", heard);
  expect(heard).toHaveBeenCalledExactlyOnceWith(item("late.edited"), { items: [] });
});
