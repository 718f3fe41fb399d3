import { useEffect, useRef, useState, type RefObject } from "react";

import type { Column } from "@/features/tasks/order";
import { StateRing } from "@/ui/StateRing";

import classes from "./board.module.css";

interface Props {
  board: RefObject<HTMLElement | null>;
  columns: readonly Column[];
}

/** On a phone the board pages by column: where you are among them, and a way to any other. */
export function ColumnTabs({ board, columns }: Props) {
  const [at, setAt] = useState(0);
  const tabs = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = board.current;
    if (!element) return undefined;
    const onScroll = () => {
      const all = [...element.querySelectorAll<HTMLElement>("[data-column]")];
      const left = element.getBoundingClientRect().left;
      const away = all.map((column) => Math.abs(column.getBoundingClientRect().left - left - 16));
      setAt(away.indexOf(Math.min(...away)));
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [board]);

  useEffect(() => {
    const tab = tabs.current?.children[at] as HTMLElement | undefined;
    if (tab?.offsetParent) tabs.current?.scrollTo({ left: tab.offsetLeft - 60, behavior: "smooth" });
  }, [at]);

  return (
    <div ref={tabs} className={classes.tabs} role="group" aria-label="Columns">
      {columns.map(({ state, tasks }, place) => (
        <button
          key={state.id}
          type="button"
          className={classes.tab}
          aria-current={place === at || undefined}
          onClick={() =>
            board.current
              ?.querySelector(`[data-column="${state.id}"]`)
              ?.scrollIntoView({ behavior: "smooth", inline: "start", block: "nearest" })
          }
        >
          <StateRing category={state.category} name="" />
          {state.name}
          <span className={classes.columnCount}>{tasks.length}</span>
        </button>
      ))}
    </div>
  );
}
