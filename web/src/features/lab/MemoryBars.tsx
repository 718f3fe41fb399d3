import classes from "./charts.module.css";
import { markOf } from "./marks";
import type { Memory } from "./series";
import { figures, wordsOf } from "./words";

/** Resident memory of each stack's process: the solid part at rest, the light part what requests under way add. */
export function MemoryBars({ memory }: { memory: readonly Memory[] }) {
  const most = Math.max(...memory.flatMap(({ rest, busy }) => [rest ?? 0, busy ?? 0]), 1);
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>Memory of a server process</span>
        <span className={classes.unit}>MB resident: at rest → with 100 requests under way</span>
      </figcaption>
      <ul className={classes.bars}>
        {memory.map(({ stack, rest, busy }) => (
          <li key={stack} className={classes.bar} style={{ color: markOf(stack).color }}>
            <span className={classes.barName}>{wordsOf(stack)}</span>
            <span className={classes.barRoom} aria-hidden>
              <span className={classes.barBusy} style={{ width: `${((busy ?? rest ?? 0) / most) * 100}%` }} />
              <span className={classes.barRest} style={{ width: `${((rest ?? 0) / most) * 100}%` }} />
            </span>
            <span className={classes.barFigure}>
              {rest === null ? "–" : figures(Math.round(rest))} → {busy === null ? "–" : figures(Math.round(busy))}
            </span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
