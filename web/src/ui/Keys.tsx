import classes from "./ui.module.css";

const apple = /Mac|iPhone|iPad/.test(navigator.platform);
const words: Record<string, string> = { Mod: apple ? "⌘" : "Ctrl", Shift: apple ? "⇧" : "Shift" };

/** "g m" as two small keys, "Mod+z" as Ctrl and Z. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={classes.keys}>
      {keys.split(/[ +](?=.)/).map((key, place) => (
        <kbd key={place} className={classes.key}>
          {words[key] ?? (keys.includes("+") ? key.toUpperCase() : key)}
        </kbd>
      ))}
    </span>
  );
}
