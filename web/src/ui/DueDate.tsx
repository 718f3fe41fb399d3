import { dayWords, today } from "@/lib/dates";
import { IconCalendarEvent } from "@/ui/icons";

import classes from "./marks.module.css";

/** Red only when late and still open. */
export function DueDate({ date, open = true, what = "Due" }: { date: string; open?: boolean; what?: string }) {
  const late = open && date < today();
  return (
    <span className={classes.due} data-late={late || undefined} title={late ? `Late: was due ${date}` : `${what} ${date}`}>
      <IconCalendarEvent size={13} stroke={1.75} aria-hidden />
      <span className="hw-hidden">{late ? "Late, was due " : `${what} `}</span>
      {dayWords(date)}
    </span>
  );
}
