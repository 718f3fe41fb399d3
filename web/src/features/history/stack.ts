import { recallForTab, rememberForTab } from "@/lib/memory";

/** My own changes in this tab, oldest first: what Ctrl-Z takes back, and what it has taken back. */
export interface Stack {
  undo: readonly string[];
  redo: readonly string[];
}

const MOST = 100;
const empty: Stack = { undo: [], redo: [] };

/** Something new was done: what had been taken back before is not on the way forward any more. */
export const pushed = (stack: Stack, change: string): Stack =>
  stack.undo.includes(change) ? stack : { undo: [...stack.undo, change].slice(-MOST), redo: [] };

/** A change was undone by `made`, from wherever: its button, its toast or the key. `made: null`: nothing was left of it. */
export function settled(stack: Stack, change: string, made: string | null): Stack {
  const more = made === null ? [] : [made];
  if (stack.undo.includes(change)) return { undo: without(stack.undo, change), redo: [...stack.redo, ...more] };
  if (stack.redo.includes(change)) return { undo: [...stack.undo, ...more].slice(-MOST), redo: without(stack.redo, change) };
  return made === null ? stack : pushed(stack, made);
}

/** It cannot be undone: the key goes on to the one before. */
export const dropped = (stack: Stack, change: string): Stack => ({
  undo: without(stack.undo, change),
  redo: without(stack.redo, change),
});

const without = (list: readonly string[], change: string) => list.filter((one) => one !== change);

/**
 * Whether Ctrl-Z may take back what was sent to this address. People, roles and invitations are not undone; a project
 * that was just made should not go away under its maker's feet.
 */
export const isOwnWork = (path: string): boolean =>
  /^\/api\/(projects|tasks|comments|states|labels)\//.test(path) && !/\/members(\/|$)/.test(path);

// Kept with the tab, for each person and workspace: it outlives a reload, and nobody undoes what another one did here.
let held: { name: string; stack: Stack } = { name: "", stack: empty };
const listeners = new Set<() => void>();

function parsed(text: string | null): Stack {
  try {
    const kept = JSON.parse(text ?? "null") as Partial<Stack> | null;
    const ids = (list: unknown) => (Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : []);
    return kept ? { undo: ids(kept.undo), redo: ids(kept.redo) } : empty;
  } catch {
    return empty;
  }
}

/** Whose work, and where. */
export function openStack(person: string, workspace: string): void {
  const name = `undo-${person}-${workspace}`;
  if (held.name !== name) set({ name, stack: parsed(recallForTab(name)) });
}

function set(next: typeof held): void {
  held = next;
  for (const listener of listeners) listener();
}

export const currentStack = (): Stack => held.stack;

export function changeStack(next: (stack: Stack) => Stack): void {
  const stack = next(held.stack);
  if (stack === held.stack || held.name === "") return;
  rememberForTab(held.name, JSON.stringify(stack));
  set({ ...held, stack });
}

export function onStack(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
