import { useSyncExternalStore } from "react";

import type { BulkOut, BulkResult } from "@/api/types";
import type { Pending } from "@/features/tasks/pending";
import { sentenceOf } from "@/lib/problem";
import { teach } from "@/live/delivery";
import { theOutbox } from "@/live/useOutbox";
import type { Waiting } from "@/live/waiting";
import { toast } from "@/ui/toast";

import { refusedOf, toldOf } from "./bulk";

/** The kind of write that changes many tasks. */
export const EDITED = "tasks.edited";

/** Those that an edit of many left alone, and what was wanted of them. */
export interface Refused {
  item: Waiting;
  results: BulkResult[];
}

let held: Refused | null = null;
const listeners = new Set<() => void>();

export function showRefused(next: Refused | null): void {
  held = next;
  for (const listener of listeners) listener();
}

export const useRefused = (): Refused | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => held,
  );

const shownBy = (item: Waiting) => (Array.isArray(item.shown?.all) ? (item.shown.all as Pending[]) : []);

// Here and not with whoever asked: an edit that waited for the connection is answered much later.
teach(EDITED, (item, data) => {
  const answer = data as BulkOut;
  const results = refusedOf(answer);
  if (results.length > 0) showRefused({ item, results });
  return toldOf(answer, shownBy(item)).map((one) => ({ ...one, kind: one.after === null ? "task.deleted" : "task.changed" }));
});

/** Once more without versions, so that what I want wins. */
export async function setAnyway({ item, results }: Refused, ids: ReadonlySet<string>): Promise<void> {
  const left = results.filter((one) => !ids.has(one.id));
  showRefused(left.length > 0 ? { item, results: left } : null);
  const { lane, method, path, tells, thing, project, name, what } = item;
  const body = { ...item.body, items: [...ids].map((id) => ({ id })) };
  const shown = { all: shownBy(item).filter((one) => ids.has(one.task)) };
  try {
    await theOutbox().add({ lane, method, path, body, tells, thing, project, name, what, shown });
  } catch (error) {
    toast({ words: sentenceOf(error), tone: "danger" });
  }
}
