import { useEffect, useState, type ReactNode } from "react";

import classes from "./ui.module.css";

/** Shows its children only when waiting takes longer than people notice. */
export function Delayed({ children, ms = 300 }: { children: ReactNode; ms?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return late ? children : null;
}

const widths = ["62%", "48%", "71%", "39%", "55%", "66%", "44%", "58%"];

export function RowsSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <Delayed>
      <div role="status" aria-label="Loading" className={classes.skeletonRows}>
        {Array.from({ length: rows }, (_, row) => (
          <div key={row} className={classes.skeletonRow}>
            <span className={classes.bone} style={{ width: 14, height: 14, borderRadius: "50%" }} />
            <span className={classes.bone} style={{ width: 44 }} />
            <span className={classes.bone} style={{ width: widths[row % widths.length] }} />
          </div>
        ))}
      </div>
    </Delayed>
  );
}

export function BoardSkeleton({ columns = 4 }: { columns?: number }) {
  return (
    <Delayed>
      <div role="status" aria-label="Loading" className={classes.skeletonBoard}>
        {Array.from({ length: columns }, (_, column) => (
          <div key={column} className={classes.skeletonColumn}>
            <span className={classes.bone} style={{ width: 92, height: 12 }} />
            {Array.from({ length: 4 - (column % 3) }, (_card, card) => (
              <div key={card} className={classes.skeletonCard}>
                <span className={classes.bone} style={{ width: 48 }} />
                <span className={classes.bone} style={{ width: widths[(column + card) % widths.length] }} />
              </div>
            ))}
          </div>
        ))}
      </div>
    </Delayed>
  );
}
