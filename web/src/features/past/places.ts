import type { Difference, TimelineOut } from "@/api/types";

type Steps = TimelineOut["steps"];

const DAY = 86_400_000;

/** Which position of the slider shows a moment: the last step that is not after it. */
export function stepAt(steps: Steps, at: string): number {
  const moment = Date.parse(at);
  let [low, high] = [0, Math.max(0, steps.length - 1)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Date.parse(steps[middle]?.at ?? "") <= moment) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How high each step's bar is, from 0 to 1. Roots, so that a quiet week is still seen beside an import. */
export function barsOf(steps: Steps): number[] {
  const most = Math.max(1, ...steps.map((step) => step.changes));
  return steps.map(({ changes }) => (changes === 0 ? 0 : Math.max(0.08, Math.sqrt(changes / most))));
}

/** The same time some days before or after, within the project's life. */
export function daysAway(timeline: TimelineOut, at: string, days: number): string {
  const [first, last] = [Date.parse(timeline.from.at), Date.parse(timeline.to.at)];
  return new Date(Math.min(last, Math.max(first, Date.parse(at) + days * DAY))).toISOString();
}

/** The revision some changes before or after, within the project's life. */
export function changesAway(timeline: TimelineOut, revision: number, changes: number): string {
  return String(Math.min(timeline.to.revision, Math.max(timeline.from.revision, revision + changes)));
}

/** The next position that shows something else; null at the end. */
export function nextStep(steps: Steps, place: number): number | null {
  const here = steps[place]?.revision ?? 0;
  for (let next = place + 1; next < steps.length; next += 1) if ((steps[next]?.revision ?? 0) > here) return next;
  return null;
}

export interface DiffGroup {
  name: string;
  items: Difference[];
}

/** Differences as people look for them: tasks first, by what became of them. */
export function groupsOf(items: readonly Difference[]): DiffGroup[] {
  const groups: DiffGroup[] = [
    { name: "New tasks", items: items.filter((one) => one.noun === "task" && one.what === "created") },
    { name: "Changed tasks", items: items.filter((one) => one.noun === "task" && one.what === "changed") },
    { name: "Deleted tasks", items: items.filter((one) => one.noun === "task" && one.what === "deleted") },
    { name: "Comments", items: items.filter((one) => one.noun === "comment") },
    { name: "The project itself", items: items.filter((one) => one.noun !== "task" && one.noun !== "comment") },
  ];
  return groups.filter((group) => group.items.length > 0);
}

/** A moment as an `<input type="datetime-local">` holds it, in the viewer's own zone. */
export function localValue(at: string | Date): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
