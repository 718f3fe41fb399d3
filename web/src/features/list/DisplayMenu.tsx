import { useState } from "react";

import { Float } from "@/ui/Float";
import { Picker } from "@/ui/Picker";

import classes from "./list.module.css";

interface Props {
  name: string;
  words: Record<string, string>;
  value: string;
  onPick: (value: string) => void;
}

/** How a list is shown, one of a few ways. */
export function DisplayMenu({ name, words, value, onPick }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Float
      open={open}
      onClose={() => setOpen(false)}
      label={name}
      at={
        <button type="button" className={classes.display} aria-label={`${name}: ${words[value] ?? ""}`} onClick={() => setOpen(!open)}>
          <span className={classes.displayName}>{name}</span> {words[value]}
        </button>
      }
    >
      {open && (
        <Picker
          label={`${name}…`}
          choices={Object.entries(words).map(([one, words]) => ({ value: one, name: words }))}
          selected={[value]}
          onPick={onPick}
          onClose={() => setOpen(false)}
        />
      )}
    </Float>
  );
}
