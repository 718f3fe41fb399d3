import type { QueryClient } from "@tanstack/react-query";

import type { BoardOut, TaskRow } from "@/api/types";
import { boardKey } from "@/features/projects/api";
import { toast } from "@/ui/toast";

import { isOpen } from "./order";

/** Closing what an open task blocks is told, where the project does not refuse it. */
export function warnIfBlocked(client: QueryClient, task: TaskRow, state: string | undefined): void {
  const board = client.getQueryData<BoardOut>(boardKey(task.project_id));
  const entered = board?.states.find((one) => one.id === state);
  if (!board || !entered || isOpen(entered.category) || task.completed_at !== null) return;
  const names = board.tasks.filter((one) => task.blocked_by_ids.includes(one.id) && one.completed_at === null).map((one) => one.human_id);
  if (names.length > 0) toast({ words: `${task.human_id} is closed, though ${names.join(", ")} still ${names.length > 1 ? "block" : "blocks"} it.` });
}
