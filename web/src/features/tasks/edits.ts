import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { TaskOut } from "@/api/types";
import { useDraft } from "@/lib/drafts";
import { isConflictProblem, sentenceWith } from "@/lib/problem";

import { changeTask } from "./actions";

/** One text of a task being written: kept in this browser until the server has it, and based on what was seen. */
export function useEdit(task: TaskOut, field: "title" | "description") {
  const client = useQueryClient();
  const { draft, keep, drop } = useDraft(`${field}-${task.id}`);
  const [refusal, setRefusal] = useState("");
  const [saving, setSaving] = useState(false);

  function write(text: string) {
    setRefusal("");
    keep({ text, version: draft?.version ?? task.version });
  }

  /** Whether it is out of the writer's hands: saved, waiting for the connection, or a conflict that is kept. */
  async function save(text = draft?.text ?? task[field], basedOn = draft?.version ?? task.version): Promise<boolean> {
    if (text === task[field]) {
      drop();
      return true;
    }
    setSaving(true);
    try {
      await changeTask(client, task, { [field]: text }, basedOn);
      drop();
      return true;
    } catch (error) {
      // The conflict holds the words from here on.
      if (isConflictProblem(error)) drop();
      else setRefusal(sentenceWith(error, "What you wrote is kept."));
      return isConflictProblem(error);
    } finally {
      setSaving(false);
    }
  }

  return { text: draft?.text ?? task[field], isDraft: draft !== null, write, save, drop, refusal, saving };
}
