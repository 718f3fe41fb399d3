import type { TaskRow } from "@/api/types";
import type { Ground } from "@/features/tasks/project";
import { labelChoices, peopleChoices } from "@/features/tasks/TaskMenu";
import type { Choice } from "@/ui/Picker";
import { StateRing } from "@/ui/StateRing";

/** How many of them have it, per id. */
export function counted(tasks: readonly TaskRow[], field: "label_ids" | "assignee_ids"): Map<string, number> {
  const found = new Map<string, number>();
  for (const task of tasks) for (const id of task[field]) found.set(id, (found.get(id) ?? 0) + 1);
  return found;
}

/** Said beside what only some of them have. */
const withCounts = (choices: Choice[], held: ReadonlyMap<string, number>, of: number): Choice[] =>
  choices.map((choice) => {
    const count = held.get(choice.value) ?? 0;
    return count > 0 && count < of ? { ...choice, hint: `${count} of ${of}` } : choice;
  });

export const labelsOf = (ground: Ground, tasks: readonly TaskRow[]) =>
  withCounts(labelChoices(ground), counted(tasks, "label_ids"), tasks.length);

export function peopleOf(ground: Ground, tasks: readonly TaskRow[]) {
  const held = counted(tasks, "assignee_ids");
  return withCounts(peopleChoices(ground, [...held.keys()]), held, tasks.length);
}

/** A state, and which end of it. */
export const endChoices = (ground: Ground): Choice[] =>
  (["top", "bottom"] as const).flatMap((end) =>
    ground.states.map((state) => ({
      value: `${end} ${state.id}`,
      name: state.name,
      group: end === "top" ? "To the top of" : "To the bottom of",
      icon: <StateRing category={state.category} name="" />,
    })),
  );

/** What all of them have alike; undefined where they differ. */
export function shared<T>(tasks: readonly TaskRow[], of: (task: TaskRow) => T): T | undefined {
  const [first] = tasks;
  if (!first) return undefined;
  const value = of(first);
  return tasks.every((task) => of(task) === value) ? value : undefined;
}

/** Picked for several: given to all unless all have it, then taken from all. */
export const flipped = (id: string, held: ReadonlyMap<string, number>, of: number) =>
  held.get(id) === of ? { remove: [id] } : { add: [id] };
