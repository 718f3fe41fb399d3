import { useEffect, useRef, type PointerEvent } from "react";

import { isNew } from "@/features/tasks/newRow";
import type { Ground } from "@/features/tasks/project";
import { useAction } from "@/lib/actions";

import { all, extend, keep, step, toggle } from "./selected";
import { clear, enter, select, selectionNow, useSelection } from "./store";

const LONG = 450;

interface Options {
  ground: Ground;
  /** The ids in the order in which they are shown. */
  order: () => readonly string[];
  /** What Ctrl-A takes: the list, or the column one is in. */
  scope: () => readonly string[];
  /** The one that keys mean. */
  current: () => string | null;
  /** A sheet is open: keys are about its task. */
  busy: boolean;
}

interface Held {
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

/** Picking tasks by key, mouse and thumb, the same on the board and in the list. */
export function useSelecting({ ground, order, scope, current, busy }: Options) {
  const { ids } = useSelection();
  const picking = ids.size > 0 && ground.mayEdit;
  const press = useRef({ timer: 0, x: 0, y: 0, done: false });
  const group = "Select";
  enter(ground.project.id);

  // What somebody deletes leaves the selection.
  useEffect(() => select((held) => keep(held, (id) => ground.task.has(id))), [ground.task]);
  useEffect(() => () => clearTimeout(press.current.timer), []);

  const mayPick = (id: string | null | undefined): id is string => {
    const task = id ? ground.task.get(id) : undefined;
    return ground.mayEdit && task !== undefined && !isNew(task);
  };
  const pick = (id: string | null | undefined) => mayPick(id) && select((held) => toggle(held, id));
  const shown = () => order().filter(mayPick);

  const enabled = ground.mayEdit && !busy;
  useAction({ id: "select.one", title: "Select the task", group, keys: "x", enabled, run: () => void pick(current()) });
  useAction({ id: "select.all", title: "Select all that is shown", group, keys: "Mod+a", enabled, run: () => select((held) => all(scope().filter(mayPick), held)) });
  useAction({ id: "select.none", title: "Select nothing", group, keys: "Escape", enabled: enabled && picking, run: clear });

  return {
    picking,
    pick,
    /** Whether a click was about selecting. */
    onClick: (target: Element, id: string | undefined, held: Held): boolean => {
      if (!mayPick(id)) return false;
      // The click that ends a long press.
      if (press.current.done) {
        press.current.done = false;
        return true;
      }
      if (held.shiftKey) select((selection) => extend(selection, shown(), id));
      else if (held.ctrlKey || held.metaKey || target.closest("[data-select]") || (selectionNow().ids.size > 0 && isCoarse())) pick(id);
      else return false;
      return true;
    },
    /** Shift and an arrow went from one to the next. */
    onStep: (from: string, to: string | undefined): void => {
      if (mayPick(from) && mayPick(to)) select((selection) => step(selection, shown(), from, to));
    },
    /** A thumb that rests selects. */
    touch: {
      onPointerDown: (event: PointerEvent) => {
        const id = (event.target as Element).closest<HTMLElement>("[data-task]")?.dataset.id;
        press.current.done = false;
        if (event.pointerType !== "touch" || !mayPick(id)) return;
        clearTimeout(press.current.timer);
        press.current.x = event.clientX;
        press.current.y = event.clientY;
        press.current.timer = window.setTimeout(() => {
          press.current.done = true;
          pick(id);
          navigator.vibrate?.(10);
        }, LONG);
      },
      onPointerMove: (event: PointerEvent) => {
        if (Math.hypot(event.clientX - press.current.x, event.clientY - press.current.y) > 8) clearTimeout(press.current.timer);
      },
      onPointerUp: () => clearTimeout(press.current.timer),
      onPointerCancel: () => clearTimeout(press.current.timer),
    },
  };
}

const isCoarse = () => matchMedia("(pointer: coarse)").matches;
