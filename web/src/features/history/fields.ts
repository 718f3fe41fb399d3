import { dateWords } from "@/lib/dates";
import { stepsChanged, type Step } from "@/lib/steps";
import { plural } from "@/lib/text";
import { categoryWords, priorityWords, projectRoleWords } from "@/lib/words";

import type { Names } from "./names";
import { listed, words, type Part, type Words } from "./words";

type Fields = Record<string, unknown>;

/** How a sentence speaks of what it is about: by its name, as "it", or not at all because one looks at it. */
export interface Subject {
  as: Words;
  /** "the state of HW-42", "its state", "the state". */
  of: (noun: string) => Words;
  /** " to HW-42", or nothing. */
  at: (preposition: string) => Words;
}

export const named = (thing: Words): Subject => ({
  as: thing,
  of: (noun) => words`the ${noun} of ${thing}`,
  at: (preposition) => words` ${preposition} ${thing}`,
});
export const it: Subject = { as: ["it"], of: (noun) => [`its ${noun}`], at: () => [] };
export const own: Subject = { as: ["it"], of: (noun) => [`the ${noun}`], at: () => [] };

/** What a field is called. Unknown ones by their own name: "story_points" is "story points". */
export const fieldWords = (field: string): string => known[field] ?? field.replace(/_(id|ids|on|at)$/, "").replaceAll("_", " ");

const known: Record<string, string> = {
  state_id: "state",
  parent_id: "parent task",
  start_on: "start date",
  due_on: "due date",
  label_ids: "labels",
  assignee_ids: "assignees",
  blocked_by_ids: "blockers",
  related_ids: "related tasks",
  duplicate_of_id: "original",
  blocking: "rule for blocked tasks",
  body: "text",
  key: "short name",
};

/** Kept beside the fields, or drawn from them: nobody did these. */
const silent = new Set([
  "id", "version", "number", "human_id", "project_id", "workspace_id", "task_id", "person_id", "author_id",
  "checklist_total", "checklist_done", "created_at", "created_by", "updated_at", "completed_at", "deleted_at", "description_html", "body_html",
]);

/** The fields that somebody changed. A place in an order counts only alone: cards that change their column get a new one. */
export function fieldsOf(before: Fields | null, after: Fields | null): string[] {
  const fields = Object.keys(after ?? before ?? {}).filter((field) => !silent.has(field));
  return fields.length > 1 ? fields.filter((field) => field !== "rank") : fields;
}

/** Long ones, which are shown as what changed in them rather than told. */
export const isText = (field: string) => field === "title" || field === "description" || field === "body" || field === "name";

const isEmpty = (value: unknown) => value === null || value === undefined || value === "" || value === 0;

const TASKS = new Set(["parent_id", "blocked_by_ids", "related_ids", "duplicate_of_id"]);

/** What people call a value. */
export function valueWords(field: string, value: unknown, names: Names): string {
  if (field === "priority") return priorityWords[Number(value ?? 0)] ?? String(value);
  if (value === null || value === undefined || value === "") return "none";
  const id = String(value);
  if (field === "state_id") return names.states.get(id) ?? "a state that is gone";
  if (field === "label_ids") return names.labels.get(id) ?? "a label that is gone";
  if (field === "assignee_ids") return names.people.get(id) ?? "somebody who left";
  if (TASKS.has(field)) {
    const task = names.tasks.get(id);
    return task ? `${task.human_id} ${task.title}` : "a task that is gone";
  }
  if (field === "category") return categoryWords[id as keyof typeof categoryWords] ?? id;
  if (field === "role") return projectRoleWords[id as keyof typeof projectRoleWords]?.name ?? id;
  if (field === "blocking") return id === "refuse" ? "refuse to close them" : "warn";
  if (field === "checklist") return plural((value as unknown[]).length, "step", "steps");
  if (field === "visibility") return id === "private" ? "private" : "open to the workspace";
  if (/_on$/.test(field) && /^\d{4}-\d\d-\d\d$/.test(id)) return dateWords(id);
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map((one) => valueWords(field, one, names)).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : id;
}

const value = (field: string, it: unknown, names: Names): Part => ({ value: valueWords(field, it, names) });
const quoted = (text: unknown): Part => ({ value: `“${String(text ?? "")}”` });

/**
 * One field's change, as what somebody did: "moved HW-42 from To do to Done". `was: false` leaves out what was before,
 * for many things at once that were not alike.
 */
export function phraseOf(field: string, from: unknown, to: unknown, subject: Subject, names: Names, was = true): Words {
  const old = (text: Words) => (was ? text : []);
  switch (field) {
    case "state_id":
      return words`moved ${subject.as}${old(words` from ${value(field, from, names)}`)} to ${value(field, to, names)}`;
    case "rank":
      return words`moved ${subject.as} ${String(to) < String(from) ? "up" : "down"}`;
    case "title":
    case "name":
      return words`renamed ${subject.as}${old(words` from ${quoted(from)}`)} to ${quoted(to)}`;
    case "description":
    case "body": {
      const noun = subject.of(fieldWords(field));
      if (isEmpty(from)) return words`wrote ${noun}`;
      return isEmpty(to) ? words`emptied ${noun}` : words`changed ${noun}`;
    }
    case "label_ids":
      return setPhrase(from, to, field, names, {
        added: (list, many) => words`added ${many ? "labels" : "label"} ${list}${subject.at("to")}`,
        removed: (list, many) => words`removed ${many ? "labels" : "label"} ${list}${subject.at("from")}`,
      });
    case "assignee_ids":
      return setPhrase(from, to, field, names, {
        added: (list) => words`assigned ${subject.as} to ${list}`,
        removed: (list) => words`unassigned ${list}${subject.at("from")}`,
      });
    case "parent_id":
      if (isEmpty(to)) return words`took ${subject.as} out of ${was ? value(field, from, names) : "what it was part of"}`;
      return words`made ${subject.as} part of ${value(field, to, names)}`;
    case "blocked_by_ids":
      return setPhrase(from, to, field, names, {
        added: (list) => words`marked ${subject.as} as blocked by ${list}`,
        removed: (list) => words`took the blocker ${list} away${subject.at("from")}`,
      });
    case "related_ids":
      return setPhrase(from, to, field, names, {
        added: (list) => words`related ${subject.as} to ${list}`,
        removed: (list) => words`took the relation to ${list} away${subject.at("from")}`,
      });
    case "duplicate_of_id":
      if (isEmpty(to)) return words`said that ${subject.as} is no duplicate${old(words` of ${value(field, from, names)}`)}`;
      return words`marked ${subject.as} as a duplicate of ${value(field, to, names)}`;
    case "checklist": {
      const told = stepsChanged((from ?? []) as Step[], (to ?? []) as Step[]);
      return told ? words`${told.verb} ${quoted(told.text)}${subject.at("in")}` : words`changed ${subject.of("checklist")}`;
    }
    case "visibility":
      return words`made ${subject.as} ${value(field, to, names)}`;
    case "role":
      return words`made ${subject.as} ${value(field, to, names)}`;
    case "color":
      return words`changed ${subject.of("colour")}${old(words` from ${value(field, from, names)}`)} to ${value(field, to, names)}`;
    default: {
      const noun = subject.of(fieldWords(field));
      if (isEmpty(to)) return words`cleared ${noun}${old(words` (was ${value(field, from, names)})`)}`;
      return words`set ${noun} to ${value(field, to, names)}${old(words` (was ${isEmpty(from) ? "none" : value(field, from, names)})`)}`;
    }
  }
}

interface SetWords {
  added: (list: Words, many: boolean) => Words;
  removed: (list: Words, many: boolean) => Words;
}

function setPhrase(from: unknown, to: unknown, field: string, names: Names, say: SetWords): Words {
  const before = Array.isArray(from) ? (from as unknown[]) : [];
  const after = Array.isArray(to) ? (to as unknown[]) : [];
  const told = (ids: unknown[]) => listed(ids.map((id) => [value(field, id, names)]));
  const added = after.filter((id) => !before.includes(id));
  const removed = before.filter((id) => !after.includes(id));
  const sentences = [
    ...(added.length > 0 ? [say.added(told(added), added.length > 1)] : []),
    ...(removed.length > 0 ? [say.removed(told(removed), removed.length > 1)] : []),
  ];
  return sentences.length > 0 ? listed(sentences) : [`ordered the ${fieldWords(field)} anew`];
}
