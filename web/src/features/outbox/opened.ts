import { useSyncExternalStore } from "react";

// Which refused write is being looked at over the page, and which things show their conflicts themselves.
let opened: string | null = null;
const listeners = new Set<() => void>();
const watched = new Map<string, number>();

export function openRefused(id: string | null): void {
  opened = id;
  for (const listener of listeners) listener();
}

export const useOpened = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => opened,
  );

/** While a view shows this thing's conflicts in its place, nobody needs to be called to them. */
export function watch(thing: string): () => void {
  watched.set(thing, (watched.get(thing) ?? 0) + 1);
  return () => {
    const left = (watched.get(thing) ?? 1) - 1;
    if (left > 0) watched.set(thing, left);
    else watched.delete(thing);
  };
}

export const isWatched = (thing: string) => watched.has(thing);
