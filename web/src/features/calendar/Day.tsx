import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import { useEffect, useRef, useState, type ReactNode } from "react";

import type { TaskRow } from "@/api/types";
import type { Ground } from "@/features/tasks/project";
import { today } from "@/lib/dates";
import { plural } from "@/lib/text";
import { Float } from "@/ui/Float";
import { IconPlus } from "@/ui/icons";

import { AddTask } from "./AddTask";
import classes from "./calendar.module.css";
import { shownOf } from "./month";

const wholeDay = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeZone: "UTC" });

interface Props {
  day: string;
  ground: Ground;
  tasks: readonly TaskRow[];
  /** How many fit; none on a phone, which shows how many there are. */
  lines: number;
  outside: boolean;
  current: boolean;
  adding: boolean;
  chip: (task: TaskRow) => ReactNode;
  onPick: () => void;
  onAdd: () => void;
  onAdded: () => void;
}

export function Day({ day, ground, tasks, lines, outside, current, adding, chip, onPick, onAdd, onAdded }: Props) {
  const cell = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  const [all, setAll] = useState(false);
  const { shown, more } = shownOf(tasks, adding ? lines - 1 : lines);
  const words = wholeDay.format(new Date(`${day}T00:00:00Z`));

  useEffect(() => {
    if (!cell.current || !ground.mayEdit) return undefined;
    return dropTargetForElements({
      element: cell.current,
      canDrop: ({ source }) => typeof source.data.chip === "string",
      getData: () => ({ day }),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: () => setOver(false),
    });
  }, [day, ground.mayEdit]);

  return (
    // Keys are the calendar's; a click only says which day is meant.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      ref={cell}
      role="gridcell"
      className={classes.day}
      data-day={day}
      data-outside={outside || undefined}
      data-today={day === today() || undefined}
      data-over={over || undefined}
      aria-label={`${words}, ${plural(tasks.length, "task", "tasks")}`}
      aria-selected={current}
      tabIndex={current ? 0 : -1}
      onClick={onPick}
    >
      <span className={classes.number}>{Number(day.slice(8))}</span>
      {lines === 0 && tasks.length > 0 && <span className={classes.count}>{tasks.length}</span>}
      {ground.mayEdit && !adding && (
        <button type="button" className={classes.add} tabIndex={-1} aria-label={`New task due ${words}`} onClick={onAdd}>
          <IconPlus size={14} />
        </button>
      )}
      {lines > 0 && shown.map(chip)}
      {lines > 0 && more > 0 && (
        <Float
          open={all}
          onClose={() => setAll(false)}
          label={`Tasks due ${words}`}
          width={280}
          at={
            <button type="button" data-more className={classes.more} onClick={() => setAll(!all)}>
              {more} more
            </button>
          }
        >
          {all && <div className={classes.all}>{tasks.map(chip)}</div>}
        </Float>
      )}
      {adding && <AddTask ground={ground} day={day} words={words} onEnd={onAdded} />}
    </div>
  );
}
