import { IconCheck } from "@/ui/icons";

import classes from "./selection.module.css";

/** A box that shows on hover, on focus, and always while something is selected. Clicks are the view's. */
export function SelectBox({ name, selected, where }: { name: string; selected: boolean; where: "card" | "line" }) {
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={selected}
      aria-label={`Select ${name}`}
      tabIndex={-1}
      className={classes.box}
      data-select
      data-where={where}
    >
      <span className={classes.boxMark}>{selected && <IconCheck size={12} stroke={3} />}</span>
    </button>
  );
}
