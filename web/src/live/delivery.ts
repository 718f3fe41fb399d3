import { notifyManager, type QueryClient } from "@tanstack/react-query";

import { get, send } from "@/api/client";
import { isProblem } from "@/lib/problem";

import { tell } from "./cache";
import type { Answer } from "./outbox";
import type { Waiting } from "./waiting";

/** A network that is gone can keep a request hanging for minutes. After this long its outcome counts as unknown. */
const LONGEST = 15_000;

export async function deliver(item: Waiting): Promise<Answer> {
  const { data, merged, change } = await send<unknown>(item.method, item.path, {
    ...(item.body && { body: item.body }),
    // Kept by the server: the same again is answered the same, and done once.
    ...(item.method === "POST" && { headers: { "idempotency-key": item.id } }),
    signal: AbortSignal.timeout(LONGEST),
  });
  return { data, merged, change };
}

interface Told {
  kind: string;
  id: string;
  after: Record<string, unknown> | null;
}

const tellers = new Map<string, (item: Waiting, data: unknown) => Told[]>();

// Answers to what waited since before a reload, and whose feature is not loaded yet.
const untold = new Map<string, [Waiting, unknown][]>();

/** How to tell an answer that is about many things: its feature says what became of each. */
export function teach(tells: string, teller: (item: Waiting, data: unknown) => Told[]): void {
  tellers.set(tells, teller);
  // The stream has told the cache by now; the feature still has to hear what was refused.
  for (const [item, data] of untold.get(tells) ?? []) teller(item, data);
  untold.delete(tells);
}

/** Puts an answer where its event will arrive a moment later. */
export function tellAnswer(client: QueryClient, item: Waiting, data: unknown): void {
  const many = tellers.get(item.tells)?.(item, data);
  if (many) {
    const topic = `project:${item.project}`;
    notifyManager.batch(() => {
      for (const one of many) tell(client, { topic, before: {}, revision: null, ...one });
    });
    return;
  }
  if (Array.isArray(item.shown?.all)) return void untold.set(item.tells, [...(untold.get(item.tells) ?? []), [item, data]]);
  const [, verb] = item.tells.split(".");
  const answer = data && typeof data === "object" ? (data as Record<string, unknown>) : null;
  if (!answer && verb !== "deleted") return;
  tell(client, {
    topic: `project:${item.project}`,
    kind: item.tells,
    id: typeof answer?.id === "string" ? answer.id : item.thing,
    before: verb === "created" ? null : {},
    after: verb === "deleted" ? null : answer,
    revision: null,
  });
}

/** A refusal tells what is there now. */
export function tellRefusal(client: QueryClient, item: Waiting): void {
  const current = item.refusal?.extra.current;
  const noun = item.tells.split(".")[0];
  if (!current || typeof current !== "object" || !("id" in current)) return;
  tell(client, {
    topic: `project:${item.project}`,
    kind: `${noun}.changed`,
    id: String(current.id),
    before: {},
    after: current as Record<string, unknown>,
    revision: null,
  });
}

/** Whose session this browser holds. */
export async function whoAmI(): Promise<string | null> {
  try {
    return (await get<{ id: string }>("/api/me")).id;
  } catch (error) {
    if (isProblem(error) && error.status === 401) return null;
    throw error;
  }
}

