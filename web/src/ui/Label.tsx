import classes from "./marks.module.css";

export function LabelDot({ color }: { color: string }) {
  return <span className={classes.dot} style={{ background: `var(--hw-c-${color})` }} aria-hidden />;
}

/** A dot and a word. */
export function Label({ name, color }: { name: string; color: string }) {
  return (
    <span className={classes.label} title={name}>
      <LabelDot color={color} />
      <span className={classes.labelName}>{name}</span>
    </span>
  );
}
