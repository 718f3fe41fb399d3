import { Button } from "@mantine/core";
import { useState } from "react";

import type { ConflictOut } from "@/api/types";
import { agoWords } from "@/lib/dates";
import { priorityWords } from "@/lib/words";

import type { Conflict } from "./actions";
import type { TaskChange } from "./api";
import type { Ground } from "./project";
import classes from "./sheet.module.css";

const fieldWords: Record<string, string> = {
  title: "the title",
  description: "the description",
  state_id: "the state",
  priority: "the priority",
  parent_id: "what it is part of",
  start_on: "the start date",
  due_on: "the due date",
};

function valueWords(ground: Ground, field: string, value: unknown): string {
  if (value === null || value === "") return "Nothing";
  if (field === "state_id") return ground.state.get(String(value))?.name ?? "A state that is gone";
  if (field === "priority") return priorityWords[Number(value)] ?? String(value);
  if (field === "parent_id") {
    const parent = ground.task.get(String(value));
    return parent ? `${parent.human_id} ${parent.title}` : "A task that is gone";
  }
  return String(value);
}

interface Props {
  ground: Ground;
  conflict: Conflict;
  /** The fields in which mine goes over theirs; the others take theirs. */
  onSettle: (mine: TaskChange) => void;
}

/** Somebody changed the same thing first: what they made of it, what I made of it, and a choice for each. */
export function ConflictPanel({ ground, conflict, onSettle }: Props) {
  const [choices, setChoices] = useState<Record<string, "yours" | "theirs">>({});
  const left = conflict.conflicts.filter((one) => choices[one.field] === undefined);

  function choose(field: string, choice: "yours" | "theirs") {
    const next = { ...choices, [field]: choice };
    setChoices(next);
    if (conflict.conflicts.some((one) => next[one.field] === undefined)) return;
    const mine = Object.entries(conflict.change).filter(([name]) => next[name] !== "theirs");
    onSettle(Object.fromEntries(mine) as TaskChange);
  }

  return (
    <section className={classes.conflict} role="alert" aria-label="Someone changed this first">
      <h3 className={classes.conflictName}>Someone changed this first</h3>
      <p className={classes.conflictWords}>Nothing was overwritten, and what you wrote is kept. Take either.</p>
      {left.map((one) => (
        <OneConflict key={one.field} ground={ground} conflict={one} onChoose={(choice) => choose(one.field, choice)} />
      ))}
    </section>
  );
}

interface OneProps {
  ground: Ground;
  conflict: ConflictOut;
  onChoose: (choice: "yours" | "theirs") => void;
}

function OneConflict({ ground, conflict, onChoose }: OneProps) {
  const { field, by, at } = conflict;
  const who = by?.name ?? "Somebody";
  return (
    <div className={classes.oneConflict}>
      <p className={classes.conflictWho}>
        <strong>{who}</strong> changed {fieldWords[field] ?? field} {agoWords(at)}
      </p>
      <div className={classes.sides}>
        <div className={classes.side}>
          <span className={classes.sideName}>Theirs</span>
          <div className={classes.sideText}>{valueWords(ground, field, conflict.theirs)}</div>
          <Button size="xs" variant="default" onClick={() => onChoose("theirs")}>
            Take theirs
          </Button>
        </div>
        <div className={classes.side}>
          <span className={classes.sideName}>Yours</span>
          <div className={classes.sideText}>{valueWords(ground, field, conflict.yours)}</div>
          <Button size="xs" onClick={() => onChoose("yours")}>
            Keep mine
          </Button>
        </div>
      </div>
    </div>
  );
}
