import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type KeyboardEvent, type RefObject } from "react";

import type { StateOut, TaskRow } from "@/api/types";
import { createTask } from "@/features/tasks/actions";
import { newRow } from "@/features/tasks/newRow";
import { rankBetween } from "@/features/tasks/order";
import { useDraft } from "@/lib/drafts";
import { sentenceWith } from "@/lib/problem";
import { IconPlus } from "@/ui/icons";

import classes from "./board.module.css";

interface Props {
  state: StateOut;
  last: TaskRow | null;
  list: RefObject<HTMLElement | null>;
}

/** The foot of a column: a title and Enter, and the next title. */
export function AddCard({ state, last, list }: Props) {
  const client = useQueryClient();
  const { draft, keep, drop } = useDraft(`add-${state.id}`);
  const [open, setOpen] = useState(false);
  const [refusal, setRefusal] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const text = draft?.text ?? "";

  async function add() {
    const title = text.trim().replace(/\s+/g, " ");
    if (!title) return;
    drop();
    setRefusal("");
    const shown = newRow(state, title, rankBetween(last?.rank ?? null, null));
    requestAnimationFrame(() => list.current?.scrollTo({ top: list.current.scrollHeight }));
    try {
      const after_id = last && !last.id.startsWith("new-") ? last.id : null;
      await createTask(client, state.project_id, { title, state_id: state.id, ...(after_id && { after_id }) }, shown);
    } catch (error) {
      // Unless the next title is being typed there by now.
      if (!field.current?.value) keep({ text: title, version: 0 });
      setOpen(true);
      setRefusal(sentenceWith(error, "What you typed is still here. Enter tries again."));
    }
  }

  function onKey(event: KeyboardEvent) {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") setOpen(false);
    else if (event.key === "Enter" && !event.shiftKey) void add();
    else return;
    event.preventDefault();
  }

  if (!open)
    return (
      <button type="button" className={classes.add} data-add={state.id} onClick={() => setOpen(true)}>
        <IconPlus size={14} />
        {text ? "Go on with your draft" : "Add task"}
      </button>
    );
  return (
    <div className={classes.addForm}>
      <textarea
        ref={field}
        autoFocus
        rows={2}
        className={classes.addText}
        aria-label={`New task in ${state.name}`}
        placeholder="What needs doing? Enter adds it."
        maxLength={500}
        value={text}
        onChange={(event) => keep({ text: event.currentTarget.value, version: 0 })}
        onKeyDown={onKey}
        // A window that goes to the back keeps its field open: its focus is where it was.
        onBlur={() => !text.trim() && document.activeElement !== field.current && setOpen(false)}
      />
      {refusal && (
        <p className={classes.addRefusal} role="alert">
          {refusal}
        </p>
      )}
    </div>
  );
}
