import type { ChangeOut, Happened } from "@/api/types";
import { plural } from "@/lib/text";

import { fieldsOf, fieldWords, it, named, own, phraseOf, valueWords, type Subject } from "./fields";
import type { Names } from "./names";
import { listed, plainOf, words, type Part, type Words } from "./words";

const MOST_NAMED = 3;
const MOST_GROUPS = 3;

/** Who did it: "Ben", or what did where nobody is named. */
export function actorWords(change: ChangeOut, names: Names): string {
  if (change.by) return names.people.get(change.by) ?? "Somebody who left";
  return change.means === "web" || change.means === "api" ? "Somebody" : "Headway";
}

/** By what means; nothing to say about what was done by hand, and an import says so itself. */
export function meansWords({ means, token }: Pick<ChangeOut, "means" | "token">): string {
  if (means === "web" || means === "import" || means === "demo") return "";
  if (means === "api") return token ? `by API token “${token}”` : "by API";
  if (means === "cli") return "from the command line";
  return `by ${means}`;
}

const nounOf = (kind: string) => kind.slice(0, kind.indexOf("."));
const verbOf = (kind: string) => kind.slice(kind.indexOf(".") + 1);

const plurals: Record<string, string> = { person: "people" };
const several = (count: number, noun: string) => plural(count, noun, plurals[noun] ?? `${noun}s`);

/** The thing a change is about, as people call it. */
function thingOf(event: Happened, names: Names): Part {
  const { kind, id, title, human_id, task_id, before, after } = event;
  const noun = nounOf(kind);
  const name = title ?? (after?.title ?? before?.title ?? after?.name ?? before?.name ?? null);
  if (noun === "task" || noun === "comment") {
    const known = names.tasks.get(noun === "task" ? id : (task_id ?? String(after?.task_id ?? before?.task_id ?? "")));
    const told = human_id ?? after?.human_id ?? before?.human_id ?? known?.human_id;
    if (!told) return `a ${noun}`;
    const words = known?.title ?? (noun === "task" ? name : title);
    return { thing: String(told), ...(words !== null && words !== undefined && { title: String(words) }), task: String(told) };
  }
  if (noun === "member" || noun === "person")
    return { value: names.people.get(String(after?.person_id ?? before?.person_id ?? id)) ?? "somebody who left" };
  return name === null ? `a ${noun}` : { value: String(name) };
}

const hasName = (part: Part) => typeof part !== "string";

/** "HW-42 Fix login", "the state Review", "the project". */
function objectOf(event: Happened, names: Names): Words {
  const noun = nounOf(event.kind);
  const thing = thingOf(event, names);
  if (noun === "task" || noun === "member" || noun === "person") return [thing];
  if (noun === "project") return ["the project"];
  if (noun === "comment") return words`a comment on ${hasName(thing) ? thing : "a task"}`;
  return hasName(thing) ? words`the ${noun} ${thing}` : [thing];
}

// What was in the trash comes back as it was, and has been changed before: it is not new.
const isBack = (event: Happened) => Number(event.after?.version ?? 1) > 1;

export interface View {
  /** One looks at the thing, so it needs no name. */
  about?: boolean;
  /** What changed in its texts is shown besides, so a new name needs no telling. */
  texts?: boolean;
}

/** One thing's change, as what somebody did. */
export function eventWords(event: Happened, names: Names, { about = false, texts = false }: View = {}): Words {
  const noun = nounOf(event.kind);
  const object: Words = about ? ["it"] : objectOf(event, names);
  switch (verbOf(event.kind)) {
    case "created":
      if (isBack(event)) return words`brought ${object} back`;
      if (noun === "comment") return about ? ["commented"] : words`commented on ${thingOf(event, names)}`;
      if (noun === "project") return words`created the project ${thingOf(event, names)}`;
      return noun === "state" || noun === "label" ? words`added ${object}` : words`created ${object}`;
    case "deleted":
      return words`deleted ${object}`;
    case "purged":
      return noun === "task" && !hasName(thingOf(event, names)) ? ["deleted a task for good"] : words`deleted ${object} for good`;
    case "joined":
      return words`added ${object} to the project${roleWords(event, names)}`;
    case "removed":
      return words`took ${object} out of the project`;
    case "changed":
      return changedWords(event, names, about ? own : named(subjectOf(event, names, object)), { texts });
    default:
      return event.kind === "reload" ? ["changed many things at once"] : words`changed ${object}`;
  }
}

// A name that was changed is in the sentence twice already.
function subjectOf(event: Happened, names: Names, object: Words): Words {
  if (!fieldsOf(event.before, event.after).includes("title") && !fieldsOf(event.before, event.after).includes("name")) return object;
  const thing = thingOf(event, names);
  if (typeof thing === "object" && "thing" in thing) return [{ thing: thing.thing, ...(thing.task && { task: thing.task }) }];
  return nounOf(event.kind) === "project" ? ["the project"] : [`a ${nounOf(event.kind)}`];
}

const roleWords = (event: Happened, names: Names): Words =>
  typeof event.after?.role === "string" ? words` as ${{ value: valueWords("role", event.after.role, names) }}` : [];

interface Telling {
  was?: boolean;
  texts?: boolean;
}

function changedWords(event: Happened, names: Names, subject: Subject, { was = true, texts = false }: Telling = {}): Words {
  const fields = fieldsOf(event.before, event.after);
  if (fields.length === 0) return words`touched ${subject.as}`;
  return listed(
    fields.map((field, place) => {
      const spoken = place === 0 || subject === own ? subject : it;
      if (texts && (field === "title" || field === "name")) return words`renamed ${spoken.as}`;
      return phraseOf(field, event.before?.[field], event.after?.[field], spoken, names, was);
    }),
  );
}

interface Group {
  noun: string;
  events: Happened[];
}

/** Things that went through the same: they are told together. */
function grouped(events: readonly Happened[]): Group[] {
  const groups = new Map<string, Group>();
  for (const event of events) {
    const fields = verbOf(event.kind) === "changed" ? fieldsOf(event.before, event.after).join() : String(isBack(event));
    const key = `${event.kind} ${fields}`;
    const group = groups.get(key) ?? { noun: nounOf(event.kind), events: [] };
    group.events.push(event);
    groups.set(key, group);
  }
  // What the project is made of comes first: "deleted the state Later and moved 12 tasks to Done".
  const rank = (group: Group) => (group.noun === "task" ? 1 : group.noun === "comment" ? 2 : 0);
  return [...groups.values()].toSorted((one, other) => rank(one) - rank(other));
}

function groupWords({ noun, events }: Group, names: Names, count: number): Words {
  const [first] = events;
  if (!first) return [];
  if (count === 1) return eventWords(first, names);
  const things = several(count, noun);
  if (verbOf(first.kind) !== "changed") {
    if (isBack(first) && verbOf(first.kind) === "created") return [`brought ${things} back`];
    if (noun === "comment" && verbOf(first.kind) === "created") return [`wrote ${things}`];
    return words`${plainOf(eventWords(first, names)).split(" ")[0] ?? "changed"} ${things}${verbOf(first.kind) === "purged" ? " for good" : ""}`;
  }
  const subject = named([things]);
  // Told whole where all went through the same, without what was before where only the outcome is the same.
  for (const was of [true, false]) {
    const [told, ...others] = events.map((event) => changedWords(event, names, subject, { was }));
    if (told && others.every((other) => plainOf(other) === plainOf(told))) return told;
  }
  const fields = fieldsOf(first.before, first.after).map((field) => [field === "rank" ? "order" : fieldWords(field)]);
  return words`changed the ${listed(fields)} of ${things}`;
}

/** "HW-1 Sand the hull, HW-2 Paint it and 34 more". */
function firstFew({ noun, events }: Group, names: Names, count: number): Words {
  if (noun === "comment" || noun === "project") return [];
  const shown = events.slice(0, MOST_NAMED).map((event) => [thingOf(event, names)]);
  if (shown.some(([part]) => part === undefined || !hasName(part))) return [];
  const more: Words[] = count > shown.length ? [[`${count - shown.length} more`]] : [];
  return words`: ${listed([...shown, ...more])}`;
}

/** What a whole change did, without who did it. */
export function changeWords(change: ChangeOut, names: Names, view: View = {}): Words {
  if (change.undoes) {
    const { again, by } = lineage(change, names);
    const whose = by ? possessive(by === change.by ? null : (names.people.get(by) ?? null)) : "an earlier";
    const did = doneWords(change, names, view);
    return words`${again ? "redid" : "undid"} ${whose} change${did.length > 0 ? ": " : ""}${did}`;
  }
  if (change.means === "import") return importWords(change);
  return doneWords(change, names, view);
}

/** Undone, redone, undone once more: which of them this is, and whose change it began with, as far as it is known. */
function lineage(change: ChangeOut, names: Names): { again: boolean; by: string | null } {
  let again = true;
  let by: string | null = null;
  for (let id = change.undoes; id; ) {
    again = !again;
    const undone = names.changes.get(id);
    by = undone?.by ?? null;
    id = undone?.undoes ?? null;
  }
  return { again, by };
}

const possessive = (name: string | null) => (name === null ? "their own" : /s$/i.test(name) ? `${name}’` : `${name}’s`);

function importWords(change: ChangeOut): Words {
  const from = /trello/i.test(change.why ?? "") ? "a Trello board" : "a board";
  const tasks = change.kinds["task.created"] ?? 0;
  const comments = change.kinds["comment.created"] ?? 0;
  const what = [...(tasks ? [[several(tasks, "task")]] : []), ...(comments ? [[several(comments, "comment")]] : [])];
  return words`imported ${from}${what.length > 0 ? words`: ${listed(what)}` : ""}`;
}

function doneWords(change: ChangeOut, names: Names, view: View): Words {
  const [first] = change.events;
  if (!first) return change.count > 0 ? [`changed ${several(change.count, "thing")}`] : [];
  if (change.count === 1) return eventWords(first, names, view);
  const groups = grouped(change.events);
  const untold = change.count - change.events.length;
  const [group] = groups;
  // Of many only the first are here. Where all are of one kind and these are alike, the others are taken for the same.
  if (groups.length === 1 && group && (untold <= 0 || Object.keys(change.kinds).length === 1))
    return words`${groupWords(group, names, change.count)}${firstFew(group, names, change.count)}`;
  const told = groups.slice(0, MOST_GROUPS).map((one) => groupWords(one, names, one.events.length));
  const rest = untold + groups.slice(MOST_GROUPS).reduce((sum, one) => sum + one.events.length, 0);
  return listed(rest > 0 ? [...told, [`changed ${several(rest, "more thing")}`]] : told);
}

/** Whether undoing it does something again. */
export function isUndo(change: ChangeOut, names: Names): boolean {
  return change.undoes !== null && !lineage(change, names).again;
}

/** Whether there is anything in it that undo takes back: people's places are not, and what is gone for good is gone. */
export const isUndoable = (change: ChangeOut): boolean =>
  change.events.some((event) => nounOf(event.kind) !== "member" && verbOf(event.kind) !== "purged");
