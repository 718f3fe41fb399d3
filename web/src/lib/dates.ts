const DAY = 86_400_000;

/** Today in the viewer's own calendar, as YYYY-MM-DD. */
export function today(clock: Date = new Date()): string {
  const month = String(clock.getMonth() + 1).padStart(2, "0");
  return `${clock.getFullYear()}-${month}-${String(clock.getDate()).padStart(2, "0")}`;
}

/** Whole days from `from` to `to`, both YYYY-MM-DD; negative when `to` is past. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const longDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" });
const headingDay = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
const longHeadingDay = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeZone: "UTC" });
const clockTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** "Today", "Tomorrow", "Thu", "12 Mar", "12 Mar 2027": as short as it can be and still be clear. */
export function dayWords(date: string, now: string = today()): string {
  const away = daysBetween(now, date);
  if (away === 0) return "Today";
  if (away === 1) return "Tomorrow";
  if (away === -1) return "Yesterday";
  const day = new Date(`${date}T00:00:00Z`);
  if (away > 1 && away < 7) return weekday.format(day);
  return date.slice(0, 4) === now.slice(0, 4) ? shortDay.format(day) : longDay.format(day);
}

/** "12 Mar", "12 Mar 2025": the day itself, for what is read much later. */
export function dateWords(date: string, now: string = today()): string {
  const format = date.slice(0, 4) === now.slice(0, 4) ? shortDay : longDay;
  return format.format(new Date(`${date}T00:00:00Z`));
}

/** A heading over a day's lines: "Today", "Yesterday", "Thursday 12 March". */
export function dayHeading(date: string, now: string = today()): string {
  const away = daysBetween(now, date);
  if (away === 0) return "Today";
  if (away === -1) return "Yesterday";
  const format = date.slice(0, 4) === now.slice(0, 4) ? headingDay : longHeadingDay;
  return format.format(new Date(`${date}T00:00:00Z`));
}

/** "just now", "5 min ago", "3 h ago", "yesterday", then the day. */
export function agoWords(time: string, now: Date = new Date()): string {
  const seconds = (now.getTime() - Date.parse(time)) / 1000;
  if (seconds < 45) return "just now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86_400 && today(new Date(time)) === today(now)) return `${Math.round(seconds / 3600)} h ago`;
  const words = dayWords(today(new Date(time)), today(now));
  return words === "Yesterday" ? "yesterday" : words;
}

export const timeWords = (time: string | Date) => clockTime.format(new Date(time));
export const momentWords = (time: string | Date) => moment.format(new Date(time));
