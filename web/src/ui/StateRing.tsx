import type { Category } from "@/lib/words";
import { categoryWords } from "@/lib/words";

import classes from "./marks.module.css";

/** A small ring that fills as work moves on; told by its shape, not by colour alone. */
export function StateRing({ category, name, size = 14 }: { category: Category; name?: string; size?: number }) {
  return (
    <svg
      className={classes.ring}
      data-category={category}
      width={size}
      height={size}
      viewBox="0 0 14 14"
      role="img"
      aria-label={name ?? categoryWords[category]}
    >
      {category === "backlog" && <circle cx="7" cy="7" r="5.5" strokeDasharray="2 1.46" />}
      {category === "todo" && <circle cx="7" cy="7" r="5.5" />}
      {category === "doing" && (
        <>
          <circle cx="7" cy="7" r="5.5" />
          <path d="M7 3.6a3.4 3.4 0 0 1 0 6.8z" fill="currentColor" stroke="none" />
        </>
      )}
      {category === "done" && (
        <>
          <circle cx="7" cy="7" r="6.25" fill="currentColor" stroke="none" />
          <path d="m4.4 7.2 1.8 1.8 3.4-3.7" className={classes.knock} />
        </>
      )}
      {category === "cancelled" && (
        <>
          <circle cx="7" cy="7" r="5.5" />
          <path d="m5 5 4 4m0-4-4 4" />
        </>
      )}
    </svg>
  );
}
