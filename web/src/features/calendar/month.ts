import type { TaskRow } from "@/api/types";
import type { TaskChange } from "@/features/tasks/api";
import { byRank } from "@/features/tasks/order";
import { daysBetween } from "@/lib/dates";
import { addDays, addMonths } from "@/ui/Calendar";

/** Tasks by the day they are due, the most urgent first; under "" those without one. */
export function byDay(tasks: readonly TaskRow[]): Map<string, TaskRow[]> {
  const days = new Map<string, TaskRow[]>();
  for (const task of tasks) days.set(task.due_on ?? "", [...(days.get(task.due_on ?? "") ?? []), task]);
  for (const [day, some] of days) days.set(day, some.toSorted((one, other) => other.priority - one.priority || byRank(one, other)));
  return days;
}

/** Another due day, or none. A task that starts before it is due keeps its length. */
export function dueOn(task: TaskRow, day: string | null): TaskChange | null {
  if (task.due_on === day) return null;
  if (!day || !task.start_on) return { due_on: day };
  if (task.due_on) return { due_on: day, start_on: addDays(task.start_on, daysBetween(task.due_on, day)) };
  return task.start_on > day ? { due_on: day, start_on: day } : { due_on: day };
}

/** How many lines a day shows; the last one says how many there are more. */
export function shownOf<T>(tasks: readonly T[], lines: number): { shown: readonly T[]; more: number } {
  if (tasks.length <= lines) return { shown: tasks, more: 0 };
  const shown = tasks.slice(0, Math.max(0, lines - 1));
  return { shown, more: tasks.length - shown.length };
}

const steps: Record<string, (day: string) => string> = {
  ArrowLeft: (day) => addDays(day, -1),
  ArrowRight: (day) => addDays(day, 1),
  ArrowUp: (day) => addDays(day, -7),
  ArrowDown: (day) => addDays(day, 7),
  PageUp: (day) => addMonths(day, -1),
  PageDown: (day) => addMonths(day, 1),
};

/** The day that a key leads to. */
export const stepped = (day: string, key: string): string | null => steps[key]?.(day) ?? null;
