import { Link } from "@tanstack/react-router";

import classes from "./history.module.css";
import type { Words } from "./words";

// A long title would drown what happened to it.
const MOST = 90;

/** A sentence with its values standing out, and its tasks to be opened beside. */
export function Sentence({ words }: { words: Words }) {
  return words.map((part, place) => {
    if (typeof part === "string") return part;
    if ("value" in part)
      return (
        <span key={place} className={classes.value}>
          {part.value}
        </span>
      );
    const { task, thing, title } = part;
    const face = (
      <>
        <span className={classes.id}>{thing}</span>
        {title && ` ${title.length > MOST ? `${title.slice(0, MOST).trimEnd()}…` : title}`}
      </>
    );
    if (!task) return <span key={place}>{face}</span>;
    return (
      <Link key={place} to="." search={(search: object) => ({ ...search, task }) as never} className={classes.thing} title={title}>
        {face}
      </Link>
    );
  });
}
