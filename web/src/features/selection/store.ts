import { useSyncExternalStore } from "react";

import { nothing, type Selection } from "./selected";

// Beside the components, so that one card can listen for itself and a thousand others stay as they are.
let held: Selection = nothing;
let place = "";
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function set(next: Selection): void {
  if (next === held) return;
  held = next;
  for (const listener of listeners) listener();
}

export const selectionNow = (): Selection => held;
export const select = (change: (selection: Selection) => Selection): void => set(change(held));
export const clear = (): void => set(nothing);

/** A selection belongs to one project: its board and its list share it, another project begins with none. */
export function enter(project: string): void {
  if (place === project) return;
  place = project;
  clear();
}

export const useSelection = (): Selection => useSyncExternalStore(subscribe, selectionNow);
export const useIsSelected = (id: string): boolean => useSyncExternalStore(subscribe, () => held.ids.has(id));
