import { useQuery } from "@tanstack/react-query";

import type { TaskOut } from "@/api/types";
import { isProblem } from "@/lib/problem";
import type { KeptTask } from "@/live/apply";

import { taskQuery } from "./api";
import { taskWithPending, usePending } from "./pending";
import { useGround } from "./project";

/** A task by the id people say, with its project around it; its row of the board stands in until it is here whole. */
export function useTask(slug: string, humanId: string) {
  const { ground, missing, gone, error, retry, project } = useGround(slug, humanId.slice(0, humanId.lastIndexOf("-")).toUpperCase());
  const whole = useQuery({ ...taskQuery(ground?.workspace.id ?? "", humanId), enabled: ground !== undefined });
  const pending = usePending();
  const row = ground?.tasks.find((one) => one.human_id === humanId);
  const standIn: TaskOut | undefined = row && { ...row, description: "", description_html: "", checklist: [] };
  const task: KeptTask | undefined = whole.data ? taskWithPending(whole.data, pending) : standIn;
  return {
    ground,
    project,
    task,
    /** Only the row is here yet: the text is still on its way. */
    partial: whole.data === undefined,
    gone,
    missing: missing || isProblem(whole.error, "task.not_found"),
    error: error ?? (task ? null : whole.error),
    retry: () => {
      retry();
      void whole.refetch();
    },
  };
}
