import { writesAnswered } from "@/api/client";
import type { UndoOut } from "@/api/types";
import { isProblem } from "@/lib/problem";
import { onWaiting, theOutbox, waitingNow } from "@/live/useOutbox";
import { toast, toastError } from "@/ui/toast";

import { postUndo } from "./api";
import { outcomeWords } from "./outcome";
import { changeStack, currentStack, dropped, pushed, settled } from "./stack";

/** A change to look at before it is undone, or what came of undoing it. */
export interface Asked {
  change: string;
  /** Only these of the things it touched. */
  only?: readonly string[] | undefined;
  again: boolean;
  outcome?: UndoOut;
}

let asked: Asked | null = null;
const listeners = new Set<() => void>();

export const currentlyAsked = () => asked;
export function onAsked(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Opens what would happen, or closes it. */
export function ask(next: Asked | null): void {
  asked = next;
  for (const listener of listeners) listener();
}

const TOAST = "undo";

/** Undoes a change at once, and says what came of it. `again`: the change was an undo itself, so this is a redo. */
export async function undoChange(
  change: string,
  again = currentStack().redo.includes(change),
  only?: readonly string[],
): Promise<UndoOut | null> {
  try {
    const outcome = await postUndo(change, { only });
    // What was only undone in part can still be undone whole.
    if (!only) changeStack((stack) => settled(stack, change, outcome.change));
    else if (outcome.change) changeStack((stack) => pushed(stack, outcome.change ?? change));
    say(outcome, again);
    return outcome;
  } catch (error) {
    // Without an answer it may be tried again; what was refused stays refused, and the key goes on to the one before.
    if (!isProblem(error) || !(error.offline || error.status >= 500)) changeStack((stack) => dropped(stack, change));
    toastError(error, `Nothing was ${again ? "redone" : "undone"}.`);
    return null;
  }
}

function say(outcome: UndoOut, again: boolean): void {
  const { change: made, undoes, counts } = outcome;
  const stayed = counts.conflicts + counts.refused;
  if (made === null && stayed > 0) return ask({ change: undoes, again, outcome });
  toast({
    id: TOAST,
    words: outcomeWords(outcome, again),
    ...(made !== null && {
      action:
        stayed > 0
          ? { name: "What stayed", run: () => ask({ change: undoes, again, outcome }) }
          : { name: again ? "Undo" : "Redo", run: () => void undoChange(made, !again) },
    }),
  });
}

/** Says what was done, with a way back. */
export function offerUndo(words: string, change: string | null): void {
  toast({ id: TOAST, words, ...(change !== null && { action: { name: "Undo", run: () => void undoChange(change, false) } }) });
}

// One after the other: each key press takes back one more.
let turn: Promise<unknown> = Promise.resolve();

function inTurn(run: () => Promise<unknown>): void {
  turn = turn.then(run, run);
}

export const undoLast = (): void => inTurn(() => next("undo", "There is nothing of yours to undo in this tab."));
export const redoLast = (): void => inTurn(() => next("redo", "There is nothing to redo."));

/** Until the outbox has an answer for what was just written, or knows that it has to wait. */
function nothingFresh(): Promise<void> {
  return new Promise((resolve) => {
    const isFresh = () => waitingNow().some((item) => item.state === "fresh");
    if (!isFresh()) return resolve();
    const stop = onWaiting(() => {
      if (isFresh()) return;
      stop();
      resolve();
    });
  });
}

async function next(side: "undo" | "redo", none: string): Promise<void> {
  // What was done last may be on its way still.
  await nothingFresh();
  await writesAnswered();
  const unsent = side === "undo" ? waitingNow().findLast((item) => item.state === "waiting" && item.tries === 0) : undefined;
  if (unsent) {
    // It never left this browser: taking it back is not sending it.
    theOutbox().drop(unsent.id);
    return toast({ id: TOAST, words: `Taken back before it was sent: ${unsent.what.toLowerCase()} of ${unsent.name}.` });
  }
  const change = currentStack()[side].at(-1);
  if (change === undefined) toast({ id: TOAST, words: none });
  else await undoChange(change, side === "redo");
}
