import classes from "./ui.module.css";

/** "g m" as two small keys. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={classes.keys}>
      {keys.split(" ").map((key, place) => (
        <kbd key={place} className={classes.key}>
          {key}
        </kbd>
      ))}
    </span>
  );
}
