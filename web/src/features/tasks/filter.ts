import type { TaskRow } from "@/api/types";
import { plain } from "@/lib/text";

/** The filter as the address keeps it. */
export interface Filter {
  q?: string | undefined;
  assignee?: string | undefined;
  label?: string | undefined;
  priority?: string | undefined;
}

export const isFiltering = (filter: Filter) =>
  Boolean(filter.q?.trim() || filter.assignee || filter.label || filter.priority);

/** Whether a task passes. Ids are separated by commas; "none" is nobody, no label. `me` stands for the viewer. */
export function passes(task: TaskRow, filter: Filter, me: string): boolean {
  const words = plain(filter.q ?? "").split(/\s+/).filter(Boolean);
  const text = words.length > 0 ? plain(`${task.human_id} ${task.title}`) : "";
  return (
    words.every((word) => text.includes(word)) &&
    anyOf(filter.assignee, task.assignee_ids, me) &&
    anyOf(filter.label, task.label_ids, me) &&
    (!filter.priority || filter.priority.split(",").includes(String(task.priority)))
  );
}

function anyOf(wanted: string | undefined, has: readonly string[], me: string): boolean {
  if (!wanted) return true;
  return wanted.split(",").some((one) => (one === "none" ? has.length === 0 : has.includes(one === "me" ? me : one)));
}

/** The comma list with one more or one less; undefined when it is empty. */
export function toggled(list: string | undefined, value: string): string | undefined {
  const held = list ? list.split(",") : [];
  const next = held.includes(value) ? held.filter((one) => one !== value) : [...held, value];
  return next.length > 0 ? next.join(",") : undefined;
}
