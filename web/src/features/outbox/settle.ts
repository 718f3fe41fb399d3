import type { ConflictOut } from "@/api/types";
import { theOutbox } from "@/live/useOutbox";
import type { Waiting } from "@/live/waiting";

/** For one field: what they made of it, what I made of it, or a text of both. */
export type Choice = { take: "theirs" } | { take: "mine" } | { take: "both"; text: string };

export const conflictsOf = (item: Waiting): ConflictOut[] => (item.refusal?.extra.conflicts as ConflictOut[] | undefined) ?? [];

const currentOf = (item: Waiting) => (item.refusal?.extra.current ?? {}) as Record<string, unknown>;

/** What is still wanted of a refused change after the choices; null when nothing is. */
export function wantedOf(item: Waiting, choices: Readonly<Record<string, Choice>>): Record<string, unknown> | null {
  const wanted: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(item.body ?? {})) {
    const choice = choices[field];
    if (field === "version" || choice?.take === "theirs") continue;
    wanted[field] = choice?.take === "both" ? choice.text : value;
  }
  return Object.keys(wanted).length > 0 ? { ...wanted, version: currentOf(item).version } : null;
}

/** Sends what was chosen, on the ground of what is there now; meanwhile somebody may have changed it again. */
export function settle(item: Waiting, choices: Readonly<Record<string, Choice>>): void {
  const outbox = theOutbox();
  const body = wantedOf(item, choices);
  if (body) {
    const { lane, method, path, tells, thing, project, name, what } = item;
    const left = Object.fromEntries(Object.entries(item.shown?.fields ?? {}).filter(([field]) => choices[field]?.take !== "theirs"));
    const changed = Object.fromEntries(Object.entries(body).filter(([field]) => field in left));
    const shown = item.shown && { ...item.shown, fields: { ...left, ...changed } };
    // Before the conflict is taken away: a crash in between asks once more rather than loses it.
    outbox.add({ lane, method, path, body, tells, thing, project, name, what, keeps: true, ...(shown && { shown }) }).catch(() => undefined);
  }
  outbox.drop(item.id);
}

/** What a refused or waiting write holds, for copying it elsewhere. */
export function wordsOf(item: Waiting): string {
  const texts = Object.entries(item.body ?? {}).filter(([, value]) => typeof value === "string" && value !== "");
  const said = texts.filter(([field]) => !/_id$|^version$/.test(field)).map(([, value]) => String(value));
  return said.length > 0 ? said.join("\n\n") : `${item.name}: ${item.what}`;
}
