import { dayHeading, today } from "@/lib/dates";

export interface Day<T> {
  day: string;
  heading: string;
  items: T[];
}

/** Newest first as they come, under the days of the viewer's own calendar. */
export function byDay<T extends { at: string }>(items: readonly T[], now = today()): Day<T>[] {
  const days: Day<T>[] = [];
  for (const item of items) {
    const day = today(new Date(item.at));
    const last = days.at(-1);
    if (last?.day === day) last.items.push(item);
    else days.push({ day, heading: dayHeading(day, now), items: [item] });
  }
  return days;
}
