import { priorityWords } from "@/lib/words";

import classes from "./marks.module.css";

/** Three bars like a signal; urgent fills them with colour and an exclamation, none is three dots. */
export function PriorityBars({ priority, size = 14 }: { priority: number; size?: number }) {
  const words = priorityWords[priority] ?? "No priority";
  return (
    <svg
      className={classes.bars}
      data-priority={priority}
      width={size}
      height={size}
      viewBox="0 0 14 14"
      role="img"
      aria-label={words}
    >
      {priority === 4 ? (
        <>
          <rect x="1" y="1" width="12" height="12" rx="3" />
          <path d="M7 4v3.6M7 9.9v.1" className={classes.knock} />
        </>
      ) : (
        [0, 1, 2].map((bar) => (
          <rect
            key={bar}
            x={1.5 + bar * 4}
            y={priority === 0 ? 6.5 : 9 - bar * 3}
            width="3"
            height={priority === 0 ? 1.5 : 3.5 + bar * 3}
            rx="0.75"
            opacity={priority === 0 ? 0.75 : bar < priority ? 1 : 0.28}
          />
        ))
      )}
    </svg>
  );
}
