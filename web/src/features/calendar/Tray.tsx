import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import { useEffect, useRef, useState, type ReactNode } from "react";

import type { TaskRow } from "@/api/types";
import { IconChevronDown } from "@/ui/icons";

import classes from "./calendar.module.css";

// More than anybody looks through here; the list and the filter find the rest.
const MOST = 200;

interface Props {
  tasks: readonly TaskRow[];
  mayEdit: boolean;
  chip: (task: TaskRow) => ReactNode;
}

/** Open tasks without a due date, to be dragged onto a day; what is dropped here has none any more. */
export function Tray({ tasks, mayEdit, chip }: Props) {
  const tray = useRef<HTMLElement>(null);
  const [open, setOpen] = useState(true);
  const [over, setOver] = useState(false);

  useEffect(() => {
    if (!tray.current || !mayEdit) return undefined;
    return dropTargetForElements({
      element: tray.current,
      canDrop: ({ source }) => typeof source.data.chip === "string",
      getData: () => ({ day: "" }),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: () => setOver(false),
    });
  }, [mayEdit]);

  return (
    <section ref={tray} className={classes.tray} data-folded={!open || undefined} data-over={over || undefined} aria-label="No date">
      <button type="button" className={classes.trayHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        No date <span className={classes.trayCount}>{tasks.length}</span>
        <IconChevronDown size={14} />
      </button>
      {open && (
        <div className={classes.trayList}>
          {tasks.length === 0 && <p className="hw-muted">Every open task has a date.</p>}
          {tasks.slice(0, MOST).map(chip)}
          {tasks.length > MOST && <p className="hw-muted">and {(tasks.length - MOST).toLocaleString()} more</p>}
        </div>
      )}
    </section>
  );
}
