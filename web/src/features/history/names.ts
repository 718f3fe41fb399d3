import type { BoardOut, ChangeOut } from "@/api/types";

/** What people call the things that the history mentions by id; those that are gone by now as well, if it tells. */
export interface Names {
  states: Found<string>;
  labels: Found<string>;
  people: Found<string>;
  tasks: Found<Task>;
  changes: Found<Pick<ChangeOut, "by" | "undoes">>;
}

interface Found<T> {
  get: (id: string) => T | undefined;
}

interface Task {
  human_id: string;
  title: string;
}

export const noNames: Names = {
  states: new Map(),
  labels: new Map(),
  people: new Map(),
  tasks: new Map(),
  changes: new Map(),
};

/** A project as it is now. */
export interface Known extends Pick<BoardOut, "states" | "labels" | "people"> {
  task: Found<Task>;
}

type Person = { person_id: string; name: string };

/** The project's names; those that left it are known from what the changes themselves say. */
export function namesOf(known: Known, changes: readonly ChangeOut[] = [], people: readonly Person[] = []): Names {
  const states = new Map<string, string>();
  const labels = new Map<string, string>();
  const tasks = new Map<string, Task>();
  for (const change of changes)
    for (const { kind, id, title, human_id, before, after } of change.events) {
      const name = String(after?.name ?? before?.name ?? title ?? "");
      if (kind.startsWith("state.") && name && !states.has(id)) states.set(id, name);
      if (kind.startsWith("label.") && name && !labels.has(id)) labels.set(id, name);
      if (kind.startsWith("task.") && human_id && title) tasks.set(id, { human_id, title });
    }
  for (const one of known.states) states.set(one.id, one.name);
  for (const one of known.labels) labels.set(one.id, one.name);
  return {
    states,
    labels,
    tasks: { get: (id) => known.task.get(id) ?? tasks.get(id) },
    people: new Map([...people, ...known.people].map((one) => [one.person_id, one.name])),
    changes: new Map(changes.map((one) => [one.id, one])),
  };
}
