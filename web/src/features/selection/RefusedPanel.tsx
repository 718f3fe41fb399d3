import { useEffect, useMemo, useRef } from "react";

import type { BulkResult } from "@/api/types";
import { namesOf } from "@/features/history/names";
import type { Ground } from "@/features/tasks/project";
import { HumanId } from "@/ui/HumanId";
import { IconX } from "@/ui/icons";

import { setAnyway, showRefused, useRefused } from "./answers";
import classes from "./selection.module.css";
import { leftWords, whyWords } from "./words";

const isConflict = (result: BulkResult) => result.status === "conflict";

/** Which of them were left alone, why, and a way to have it all the same. */
export function RefusedPanel({ ground }: { ground: Ground }) {
  const refused = useRefused();
  const names = useMemo(() => namesOf(ground), [ground]);
  const panel = useRef<HTMLElement>(null);
  const shown = refused?.item.project === ground.project.id ? refused : null;
  useEffect(() => {
    if (shown) panel.current?.focus({ preventScroll: true });
  }, [shown]);
  if (!shown) return null;
  const conflicts = shown.results.filter(isConflict);
  const close = () => showRefused(null);
  return (
    // Escape anywhere in it closes it; it takes no other key.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={panel}
      className={classes.refused}
      tabIndex={-1}
      role="alertdialog"
      aria-label="Not changed"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        event.preventDefault();
        close();
      }}
    >
      <header className={classes.refusedHead}>
        <h2 className={classes.refusedTitle}>{leftWords(shown.results.length)}</h2>
        <button type="button" className={classes.close} aria-label="Close" onClick={close}>
          <IconX size={15} />
        </button>
      </header>
      <ul className={classes.refusedList}>
        {shown.results.map((result) => {
          const task = ground.task.get(result.id);
          return (
            <li key={result.id} className={classes.refusedLine}>
              <span className={classes.refusedName}>
                {task ? <HumanId id={task.human_id} /> : "A task"} {task?.title}
              </span>
              <span className={classes.refusedWhy}>{whyWords(result, names)}</span>
              {isConflict(result) && (
                <button type="button" className={classes.refusedButton} onClick={() => void setAnyway(shown, new Set([result.id]))}>
                  Set mine anyway
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {conflicts.length > 1 && (
        <footer className={classes.refusedFoot}>
          <button type="button" className={classes.refusedButton} onClick={() => void setAnyway(shown, new Set(conflicts.map((one) => one.id)))}>
            Set mine for all of them
          </button>
        </footer>
      )}
    </section>
  );
}
