import { useSyncExternalStore } from "react";

import type { Outbox } from "./outbox";
import type { Waiting } from "./waiting";

// One person is signed in at a time, and what writes is not always a component: so it is named here, once.
let current: Outbox | null = null;
let release = () => {};
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of listeners) listener();
};

export function setOutbox(outbox: Outbox | null): void {
  release();
  current = outbox;
  release = outbox?.subscribe(tell) ?? (() => {});
  tell();
}

export function theOutbox(): Outbox {
  if (!current) throw new Error("Nobody is signed in, so nothing can be written.");
  return current;
}

const none: readonly Waiting[] = [];

/** Everything that is not saved yet, in the order in which it was made; also what is on its way at this moment. */
export const waitingNow = (): readonly Waiting[] => current?.all() ?? none;

export function onWaiting(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const useWaiting = (): readonly Waiting[] => useSyncExternalStore(onWaiting, waitingNow);

/** Whether something about this thing waits for the connection. */
export const useIsWaiting = (thing: string): boolean =>
  useSyncExternalStore(onWaiting, () => waitingNow().some((item) => item.thing === thing && item.state === "waiting"));

/** What became of something, told as it happens. */
export type News =
  /** `by`: who else was seen to change the same, where texts were merged. */
  | { what: "saved"; item: Waiting; merged: string | null; by: string | null }
  | { what: "refused"; item: Waiting; awaited: boolean }
  | { what: "caught-up"; count: number };

const hearers = new Set<(news: News) => void>();

export function hearOutbox(news: News): void {
  for (const hearer of hearers) hearer(news);
}

export function onNews(hearer: (news: News) => void): () => void {
  hearers.add(hearer);
  return () => void hearers.delete(hearer);
}
