import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";

import { onRecorded } from "@/api/client";
import { useAction } from "@/lib/actions";
import { patiently } from "@/lib/idle";

import { changeStack, isOwnWork, openStack, pushed } from "./stack";
import { ask, currentlyAsked, onAsked, redoLast, undoLast } from "./undo";

const UndoDialog = lazy(() => patiently(() => import("./UndoDialog")).then((file) => ({ default: file.UndoDialog })));

/** Remembers what this tab does, and takes it back by key. Once for each workspace that is open. */
export function UndoHost({ person, workspace }: { person: string; workspace: string }) {
  const asked = useSyncExternalStore(onAsked, currentlyAsked);
  useEffect(() => {
    openStack(person, workspace);
    return onRecorded((change, path) => {
      if (isOwnWork(path)) changeStack((stack) => pushed(stack, change));
    });
  }, [person, workspace]);

  const group = "Edit";
  useAction({ id: "undo", title: "Undo my last change", group, keys: "Mod+z", run: undoLast });
  useAction({ id: "redo", title: "Redo", group, keys: "Mod+Shift+z", run: redoLast });

  return <Suspense>{asked && <UndoDialog key={asked.change} asked={asked} onClose={() => ask(null)} />}</Suspense>;
}
