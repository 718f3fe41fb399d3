import { TextInput } from "@mantine/core";
import { useState, type KeyboardEvent } from "react";

import { isProblem, sentenceOf } from "@/lib/problem";

import classes from "./settings.module.css";

interface Props {
  label: string;
  value: string;
  onSave: (value: string) => Promise<unknown>;
}

/** A name edited where it stands: Enter or leaving saves, Escape takes it back. A refusal keeps what was typed. */
export function InlineName({ label, value, onSave }: Props) {
  // null: not being edited, so that others' renames show at once.
  const [draft, setDraft] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function save() {
    const typed = (draft ?? "").trim();
    if (draft === null || typed === value || typed === "") return forget();
    try {
      await onSave(typed);
      forget();
    } catch (error) {
      setProblem(isProblem(error, "data_conflict") ? "Another one has this name already." : sentenceOf(error));
    }
  }

  function forget() {
    setDraft(null);
    setProblem(null);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === "Enter") event.currentTarget.blur();
    if (event.key === "Escape") forget();
  }

  return (
    <TextInput
      className={classes.inline}
      aria-label={label}
      maxLength={100}
      value={draft ?? value}
      error={problem}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={() => void save()}
      onKeyDown={onKeyDown}
    />
  );
}
