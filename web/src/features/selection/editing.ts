import type { BulkOut, TaskRow } from "@/api/types";
import { offerUndo } from "@/features/history/undo";
import { isNew } from "@/features/tasks/newRow";
import { type Pending, pend } from "@/features/tasks/pending";
import type { Ground } from "@/features/tasks/project";
import { plural } from "@/lib/text";
import { theOutbox, waitingNow } from "@/live/useOutbox";
import { toast, toastError } from "@/ui/toast";

import { EDITED } from "./answers";
import { bodyOf, countChanged, MOST, outcomeWords, refusedOf, shownOf, whatWords, type Doing } from "./bulk";

/** One request for all of them: shown at once, kept until the server has it, with a way back. */
export async function editTasks(ground: Ground, chosen: readonly TaskRow[], doing: Doing): Promise<void> {
  const tasks = chosen.filter((task) => !isNew(task));
  if (tasks.length === 0) return;
  if (tasks.length > MOST) {
    toast({ words: `At most ${MOST} tasks can be changed at a time. ${tasks.length} are selected.`, tone: "danger" });
    return;
  }
  // What was refused is not on its way: such a task is compared like any other.
  const mine = new Set(waitingNow().filter((item) => item.state !== "refused").map((item) => item.thing));
  try {
    const answer = await theOutbox().add({
      lane: `edit:${ground.project.id}`,
      thing: `edit:${ground.project.id}`,
      project: ground.project.id,
      name: plural(tasks.length, "task", "tasks"),
      method: "POST",
      path: `/api/projects/${ground.project.id}/tasks/bulk`,
      body: bodyOf(tasks, doing, mine),
      tells: EDITED,
      what: whatWords(doing),
      shown: { all: shownOf(tasks, doing, ground.tasks, ground.state) },
    });
    const result = answer?.data as BulkOut | undefined;
    if (!result) return;
    const changed = countChanged(result);
    if (changed > 0) offerUndo(outcomeWords(changed, doing), answer?.change ?? result.change);
    else if (refusedOf(result).length === 0) toast({ words: "They were so already." });
  } catch (error) {
    toastError(error, "All of them are as they were.");
  }
}

/** Holds several where they are while they are in the hand. */
export function holdStill(tasks: readonly TaskRow[]): () => void {
  const releases = tasks.map(({ id, state_id, rank }): (() => void) => pend({ task: id, fields: { state_id, rank } } satisfies Pending));
  return () => {
    for (const release of releases) release();
  };
}
