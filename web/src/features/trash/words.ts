import type { TrashItem } from "@/api/types";
import { daysBetween, today } from "@/lib/dates";
import { plural } from "@/lib/text";

/** "gone in 12 days": whole days in the viewer's own calendar. */
export function goneWords(goneAt: string | null, now: Date = new Date()): string {
  if (goneAt === null) return "kept for ever";
  const days = daysBetween(today(now), today(new Date(goneAt)));
  if (days <= 0) return "gone today";
  return days === 1 ? "gone tomorrow" : `gone in ${days} days`;
}

/** What comes along: "with 3 sub-tasks", "with 12 tasks". */
export function withWords({ kind, with: count }: TrashItem): string {
  if (count === 0 || kind === "comment") return "";
  return kind === "project" ? `with ${plural(count, "task", "tasks")}` : `with ${plural(count, "sub-task", "sub-tasks")}`;
}

export const keptWords = (days: number): string =>
  days === 0 ? "What is deleted stays here until somebody deletes it for good." : `What is deleted stays here for ${plural(days, "day", "days")}, then it is gone for good.`;

const nouns = { task: ["task", "tasks"], comment: ["comment", "comments"], project: ["project", "projects"] } as const;

/** "HW-3 is back.", "3 tasks are back." */
export function backWords(items: readonly TrashItem[]): string {
  const [first] = items;
  if (!first) return "";
  if (items.length === 1) return first.kind === "comment" ? `The comment on ${first.human_id} is back.` : `${first.kind === "project" ? `“${first.title}”` : first.human_id} is back.`;
  const same = items.every((one) => one.kind === first.kind);
  return `${same ? plural(items.length, nouns[first.kind][0], nouns[first.kind][1]) : plural(items.length, "thing", "things")} are back.`;
}
