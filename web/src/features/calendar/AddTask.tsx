import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { createTask } from "@/features/tasks/actions";
import { newRow } from "@/features/tasks/newRow";
import { rankBetween } from "@/features/tasks/order";
import type { Ground } from "@/features/tasks/project";
import { toastError } from "@/ui/toast";

import classes from "./calendar.module.css";

interface Props {
  ground: Ground;
  day: string;
  words: string;
  onEnd: () => void;
}

/** A title and Enter: a task that is due that day. */
export function AddTask({ ground, day, words, onEnd }: Props) {
  const client = useQueryClient();
  const [text, setText] = useState("");

  async function add() {
    const title = text.trim();
    const state = ground.states.find((one) => one.category === "todo") ?? ground.states[0];
    if (!title || !state) return;
    const last = ground.columns.find((column) => column.state.id === state.id)?.tasks.at(-1);
    const shown = { ...newRow(state, title, rankBetween(last?.rank ?? null, null)), due_on: day };
    setText("");
    try {
      await createTask(client, ground.project.id, { title, state_id: state.id, due_on: day }, shown);
    } catch (error) {
      setText((typed) => typed || title);
      toastError(error, "The title is still in its field.");
    }
  }

  return (
    <input
      autoFocus
      className={classes.field}
      aria-label={`New task due ${words}`}
      placeholder="What is due?"
      maxLength={500}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => !text.trim() && onEnd()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Escape" || (event.key === "Enter" && !text.trim())) onEnd();
        else if (event.key === "Enter") void add();
        else return;
        event.preventDefault();
      }}
    />
  );
}
