import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { TaskOut } from "@/api/types";
import { useDraft } from "@/lib/drafts";
import { sentenceWith } from "@/lib/problem";

import { changeTask, conflictOf, type Conflict } from "./actions";

/** One text of a task being written: kept in this browser until the server has it, and based on what was seen. */
export function useEdit(task: TaskOut, field: "title" | "description", onConflict: (conflict: Conflict) => void) {
  const client = useQueryClient();
  const { draft, keep, drop } = useDraft(`${field}-${task.id}`);
  const [refusal, setRefusal] = useState("");
  const [saving, setSaving] = useState(false);

  function write(text: string) {
    setRefusal("");
    keep({ text, version: draft?.version ?? task.version });
  }

  /** Whether it is saved; what was refused stays in the draft. */
  async function save(text = draft?.text ?? task[field], basedOn = draft?.version ?? task.version): Promise<boolean> {
    if (text === task[field]) {
      drop();
      return true;
    }
    const change = { [field]: text };
    setSaving(true);
    try {
      await changeTask(client, task, change, basedOn);
      drop();
      return true;
    } catch (error) {
      const conflict = conflictOf(error, change);
      if (conflict) onConflict(conflict);
      setRefusal(conflict ? "" : sentenceWith(error, "What you wrote is kept."));
      return false;
    } finally {
      setSaving(false);
    }
  }

  return { text: draft?.text ?? task[field], isDraft: draft !== null, write, save, drop, refusal, saving };
}
