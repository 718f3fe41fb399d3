import type { ChangeOut, UndoConflict, UndoneThing, UndoOut } from "@/api/types";
import { plural } from "@/lib/text";

import { fieldWords, valueWords } from "./fields";
import type { Names } from "./names";

type Thing = Pick<UndoneThing, "kind" | "title" | "human_id">;

const nounOf = ({ kind }: { kind: string }) => kind.split(".")[0] ?? kind;
const severalOf = (things: readonly Thing[], count: number) => {
  const nouns = new Set(things.map(nounOf));
  const [noun = "thing"] = nouns;
  // Where not all are listed, nobody knows what the others are.
  const word = nouns.size === 1 && things.length === count ? noun : "thing";
  return plural(count, word, `${word}s`);
};

/** "HW-42 Fix login", "a comment on HW-42", "the label bug". */
export function thingWords(thing: Thing): string {
  const noun = nounOf(thing);
  if (noun === "comment") return thing.human_id ? `a comment on ${thing.human_id}` : "a comment";
  if (noun === "task") return [thing.human_id, thing.title].filter(Boolean).join(" ") || "a task";
  if (noun === "project") return "the project";
  return thing.title ? `the ${noun} ${thing.title}` : `a ${noun}`;
}

const short = (text: string, most = 60) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);

function listed(list: readonly string[]): string {
  if (list.length < 2) return list.join("");
  return `${list.slice(0, -1).join(", ")} and ${list[list.length - 1] ?? ""}`;
}

const fieldList = (fields: readonly string[]) =>
  listed(
    [...new Set(fields.filter((field) => field !== "rank" || fields.length === 1).map((field) => (field === "rank" ? "place" : fieldWords(field))))],
  );

/** What goes back, each with the same done to it together: "the state of 37 tasks". */
export function backWords(things: readonly UndoneThing[], count: number): string[] {
  const groups = new Map<string, UndoneThing[]>();
  for (const thing of things) {
    const key = `${thing.what} ${thing.what === "changed" ? fieldList(thing.fields) : ""}`;
    groups.set(key, [...(groups.get(key) ?? []), thing]);
  }
  // Of more than are listed, those that are not are taken for the like of those that are only if all of these are alike.
  const unlisted = groups.size === 1 ? 0 : count - things.length;
  const words = [...groups.values()].map((group) => {
    const [first] = group;
    if (!first) return "";
    const total = groups.size === 1 ? count : group.length;
    const what = total === 1 ? short(thingWords(first)) : severalOf(group, total);
    if (first.what === "restored") return `${what} ${total === 1 ? "is" : "are"} back`;
    if (first.what === "deleted") {
      const trash = nounOf(first) === "task" || nounOf(first) === "comment" || nounOf(first) === "project";
      return `${what} ${total === 1 ? "is" : "are"} ${trash ? "in the trash" : "gone"}`;
    }
    const fields = fieldList(first.fields);
    return fields ? `the ${fields} of ${what}` : what;
  });
  return unlisted > 0 ? [...words, `${unlisted} more`] : words;
}

/** What was undone, in a sentence. `again`: it was a redo. */
export function outcomeWords({ counts, undone }: UndoOut, again: boolean): string {
  const stayed = counts.conflicts + counts.refused;
  if (counts.undone === 0)
    return stayed > 0 ? `Nothing could be ${again ? "redone" : "undone"}.` : `There is nothing left to ${again ? "redo" : "undo"}: all is as it would be.`;
  const done = `${again ? "Redone" : "Undone"}: ${backWords(undone, counts.undone).join(", ")}.`;
  return stayed > 0 ? `${done} ${stayed} ${stayed === 1 ? "stays" : "stay"} as ${stayed === 1 ? "it is" : "they are"}.` : done;
}

/** What stays because somebody changed it since, and what it would have been. */
export function conflictWords(conflict: UndoConflict, names: Names): { what: string; why: string } {
  const { field, wanted, current, detail } = conflict;
  if (field === null) return { what: thingWords(conflict), why: detail };
  const long = field === "description" || field === "body";
  const what = `The ${field === "rank" ? "place" : fieldWords(field)} of ${thingWords(conflict)}`;
  if (long || field === "rank") return { what, why: detail };
  return { what, why: `It is ${valueWords(field, current, names)} by now, and would have become ${valueWords(field, wanted, names)}.` };
}

const HOUR = 3_600_000;

/** Small, fresh and my own: undone at one click. Everything else says first what would happen. */
export function isSmall(change: ChangeOut, me: string, now = Date.now()): boolean {
  return change.by === me && change.count > 0 && change.count <= 3 && now - Date.parse(change.at) < HOUR;
}
