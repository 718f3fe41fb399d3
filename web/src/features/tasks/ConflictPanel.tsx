import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import type { BoardOut } from "@/api/types";
import { ConflictFields } from "@/features/outbox/ConflictFields";
import { watch } from "@/features/outbox/opened";
import panel from "@/features/outbox/outbox.module.css";
import { boardKey } from "@/features/projects/api";
import { dateWords } from "@/lib/dates";
import { priorityWords } from "@/lib/words";
import { useWaiting } from "@/live/useOutbox";
import { isConflict, type Waiting } from "@/live/waiting";

const names: Record<string, string> = {
  title: "the title",
  description: "the description",
  state_id: "the state",
  priority: "the priority",
  parent_id: "what it is part of",
  start_on: "the start date",
  due_on: "the due date",
  duplicate_of_id: "what it is a duplicate of",
  body: "the comment",
};

export const conflictFieldWords = (field: string) => names[field] ?? `the ${field.replaceAll("_", " ")}`;

/** A field's value as the project at hand calls it. */
export function conflictValueWords(board: BoardOut | undefined, field: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return "Nothing";
  if (field === "state_id") return board?.states.find((one) => one.id === value)?.name ?? "A state that is gone";
  if (field === "priority") return priorityWords[Number(value)] ?? String(value);
  if (field === "parent_id" || field === "duplicate_of_id") {
    const parent = board?.tasks.find((one) => one.id === value);
    return parent ? `${parent.human_id} ${parent.title}` : "A task that is gone";
  }
  if (field.endsWith("_on")) return dateWords(String(value));
  return String(value);
}

/** The same for a write: its project is looked up where it is kept already. */
export function useConflictWords(item: Waiting) {
  const client = useQueryClient();
  const board = client.getQueryData<BoardOut>(boardKey(item.project));
  return (field: string, value: unknown) => conflictValueWords(board, field, value);
}

/** Where a task is shown whole: its own conflicts, kept until they are settled, whatever becomes of the page meanwhile. */
export function TaskConflicts({ task }: { task: string }) {
  const conflicts = useWaiting().filter((item) => item.thing === task && isConflict(item));
  useEffect(() => watch(task), [task]);
  return conflicts.map((item) => <ConflictPanel key={item.id} item={item} />);
}

function ConflictPanel({ item }: { item: Waiting }) {
  const words = useConflictWords(item);
  return (
    <section className={panel.panel} role="alert" aria-label="Someone changed this first">
      <h3 className={panel.panelName}>Someone changed this first</h3>
      <p className={panel.panelWords}>Nothing was overwritten, and what you wrote is kept. Take either, or both.</p>
      <ConflictFields item={item} fieldWords={conflictFieldWords} valueWords={words} />
    </section>
  );
}
