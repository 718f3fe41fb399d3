import { useRef, useState, type KeyboardEvent } from "react";

import { today } from "@/lib/dates";

import { IconChevronLeft, IconChevronRight } from "./icons";
import classes from "./ui.module.css";

const monthName = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" });
const dayName = new Intl.DateTimeFormat(undefined, { weekday: "narrow", timeZone: "UTC" });
const wholeDay = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeZone: "UTC" });

const dateOf = (day: string) => new Date(`${day}T00:00:00Z`);
const textOf = (date: Date) => date.toISOString().slice(0, 10);

export function addDays(day: string, count: number): string {
  const date = dateOf(day);
  date.setUTCDate(date.getUTCDate() + count);
  return textOf(date);
}

export function addMonths(day: string, count: number): string {
  const date = dateOf(day);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count + 1, 0));
  return textOf(new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date.getUTCDate(), last.getUTCDate()))));
}

/** 1 is Monday, 7 Sunday, as the reader's language has it. */
function firstWeekday(): number {
  const locale = new Intl.Locale(navigator.language) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1;
}

/** The six weeks that show a month. */
export function weeksOf(month: string, first: number = firstWeekday()): string[][] {
  const start = `${month.slice(0, 7)}-01`;
  const back = (((dateOf(start).getUTCDay() || 7) - first + 7) % 7) * -1;
  const begin = addDays(start, back);
  return Array.from({ length: 6 }, (_, week) => Array.from({ length: 7 }, (_day, day) => addDays(begin, week * 7 + day)));
}

const steps: Record<string, (day: string) => string> = {
  ArrowLeft: (day) => addDays(day, -1),
  ArrowRight: (day) => addDays(day, 1),
  ArrowUp: (day) => addDays(day, -7),
  ArrowDown: (day) => addDays(day, 7),
  PageUp: (day) => addMonths(day, -1),
  PageDown: (day) => addMonths(day, 1),
};

interface Props {
  value: string | null;
  label: string;
  onPick: (day: string) => void;
}

/** One month. Arrows go by day and week, Page up and down by month. */
export function Calendar({ value, label, onPick }: Props) {
  const [at, setAt] = useState(value ?? today());
  const grid = useRef<HTMLDivElement>(null);
  const now = today();

  function go(day: string, focus = false) {
    setAt(day);
    if (focus)
      requestAnimationFrame(() => grid.current?.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus());
  }

  function onKey(event: KeyboardEvent) {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    go(step(at), true);
  }

  const weeks = weeksOf(at);
  return (
    <div className={classes.calendar}>
      <div className={classes.calendarHead}>
        <button type="button" className={classes.calendarTurn} aria-label="Month before" onClick={() => go(addMonths(at, -1))}>
          <IconChevronLeft size={14} />
        </button>
        <span aria-live="polite">{monthName.format(dateOf(at))}</span>
        <button type="button" className={classes.calendarTurn} aria-label="Month after" onClick={() => go(addMonths(at, 1))}>
          <IconChevronRight size={14} />
        </button>
      </div>
      <div className={classes.calendarDays} aria-hidden>
        {weeks[0]?.map((day) => <span key={day}>{dayName.format(dateOf(day))}</span>)}
      </div>
      {/* eslint-disable-next-line jsx-a11y/interactive-supports-focus */}
      <div ref={grid} role="grid" aria-label={label} className={classes.calendarGrid} onKeyDown={onKey}>
        {weeks.map((week) => (
          <div key={week[0]} role="row" className={classes.calendarWeek}>
            {week.map((day) => (
              <button
                key={day}
                type="button"
                role="gridcell"
                className={classes.calendarDay}
                data-day={day}
                data-other={day.slice(0, 7) !== at.slice(0, 7) || undefined}
                data-today={day === now || undefined}
                aria-selected={day === value}
                aria-label={wholeDay.format(dateOf(day))}
                tabIndex={day === at ? 0 : -1}
                onClick={() => onPick(day)}
              >
                {Number(day.slice(8))}
              </button>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
