import type { BoardOut, ChangeOut } from "@/api/types";

/** What people call the things that the history mentions by id; those that are gone by now as well, if it tells. */
export interface Names {
  states: ReadonlyMap<string, string>;
  labels: ReadonlyMap<string, string>;
  people: ReadonlyMap<string, string>;
  tasks: ReadonlyMap<string, { human_id: string; title: string }>;
  changes: ReadonlyMap<string, Pick<ChangeOut, "by" | "undoes">>;
}

export const noNames: Names = {
  states: new Map(),
  labels: new Map(),
  people: new Map(),
  tasks: new Map(),
  changes: new Map(),
};

type Board = Pick<BoardOut, "states" | "labels" | "people" | "tasks">;
type Person = { person_id: string; name: string };

/** The project's names; those that left it are known from what the changes themselves say. */
export function namesOf(board: Board, changes: readonly ChangeOut[] = [], people: readonly Person[] = []): Names {
  const states = new Map<string, string>();
  const labels = new Map<string, string>();
  const tasks = new Map<string, { human_id: string; title: string }>();
  for (const change of changes)
    for (const { kind, id, title, human_id, before, after } of change.events) {
      const name = String(after?.name ?? before?.name ?? title ?? "");
      if (kind.startsWith("state.") && name && !states.has(id)) states.set(id, name);
      if (kind.startsWith("label.") && name && !labels.has(id)) labels.set(id, name);
      if (kind.startsWith("task.") && human_id && title) tasks.set(id, { human_id, title });
    }
  for (const one of board.states) states.set(one.id, one.name);
  for (const one of board.labels) labels.set(one.id, one.name);
  for (const one of board.tasks) tasks.set(one.id, one);
  return {
    states,
    labels,
    tasks,
    people: new Map([...people, ...board.people].map((one) => [one.person_id, one.name])),
    changes: new Map(changes.map((one) => [one.id, one])),
  };
}
