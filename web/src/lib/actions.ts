import { useEffect, useRef, useSyncExternalStore } from "react";

/** Something a person can ask for by a key. Keys: "c", "?", "/", two in a row, "g m", or held: "Mod+z", "Mod+Shift+z". */
export interface Action {
  id: string;
  title: string;
  group: string;
  keys?: string;
  run: () => void;
}

const actions = new Map<string, Action[]>();
const listeners = new Set<() => void>();
let snapshot: readonly Action[] = [];

function changed() {
  snapshot = [...actions.values()].map((stack) => stack[stack.length - 1]).filter((one) => one !== undefined);
  for (const listener of listeners) listener();
}

/** The newest registration of an id wins, so a screen can take a key over while it is open. */
export function registerAction(action: Action): () => void {
  actions.set(action.id, [...(actions.get(action.id) ?? []), action]);
  changed();
  return () => {
    const rest = (actions.get(action.id) ?? []).filter((one) => one !== action);
    if (rest.length > 0) actions.set(action.id, rest);
    else actions.delete(action.id);
    changed();
  };
}

export function runAction(id: string): boolean {
  const action = snapshot.find((one) => one.id === id);
  action?.run();
  return action !== undefined;
}

export function useActions(): readonly Action[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => snapshot,
  );
}

/** Registers while the component is mounted; `run` may change freely. `enabled: false` takes it away. */
export function useAction(action: Action & { enabled?: boolean }): void {
  const run = useRef(action.run);
  useEffect(() => {
    run.current = action.run;
  });
  const { id, title, group, keys, enabled = true } = action;
  useEffect(() => {
    if (!enabled) return undefined;
    return registerAction({ id, title, group, ...(keys && { keys }), run: () => run.current() });
  }, [id, title, group, keys, enabled]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("[role=menu], [role=listbox]")) return true;
  return target.matches("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select");
}

/** "Mod+Shift+z" where Ctrl or Cmd is held, else the key itself. */
function nameOf({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): string {
  if (!ctrlKey && !metaKey) return key;
  return `Mod+${shiftKey ? "Shift+" : ""}${key.toLowerCase()}`;
}

/** Listens on the whole page. Keys typed into a field or over an open dialog are left alone. */
export function listenForKeys(page: Document = document, patience = 1000): () => void {
  let first: string | null = null;
  let forget: ReturnType<typeof setTimeout> | undefined;

  function onKey(event: KeyboardEvent) {
    // AltGr is Ctrl and Alt on some systems, and writes letters.
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || page.querySelector("[aria-modal=true]")) return;
    clearTimeout(forget);
    const key = nameOf(event);
    const pair = first === null ? null : `${first} ${key}`;
    first = null;
    const action = snapshot.find((one) => one.keys === pair) ?? snapshot.find((one) => one.keys === key);
    if (action) {
      event.preventDefault();
      action.run();
    } else if (snapshot.some((one) => one.keys?.startsWith(`${key} `))) {
      first = key;
      forget = setTimeout(() => (first = null), patience);
    }
  }

  page.addEventListener("keydown", onKey);
  return () => {
    clearTimeout(forget);
    page.removeEventListener("keydown", onKey);
  };
}
