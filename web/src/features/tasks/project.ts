import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { BoardOut, LabelOut, PersonOut, ProjectOut, StateOut, TaskRow, WorkspaceOut } from "@/api/types";
import { meQuery } from "@/features/accounts/api";
import { boardQuery, useProject } from "@/features/projects/api";
import { useWorkspace } from "@/features/workspaces/api";
import { useGone } from "@/live/freshness";

import { byRank, columnsOf, progressOf, type Column, type Progress } from "./order";
import { usePending, withPending } from "./pending";

/** A project with everything in it, and my own unanswered changes laid over. */
export interface Ground {
  workspace: WorkspaceOut;
  project: ProjectOut;
  /** The revision of the project's topic that this shows. */
  revision: number;
  me: string;
  mayEdit: boolean;
  mayComment: boolean;
  states: StateOut[];
  labels: LabelOut[];
  people: PersonOut[];
  tasks: TaskRow[];
  columns: Column[];
  state: ReadonlyMap<string, StateOut>;
  label: ReadonlyMap<string, LabelOut>;
  person: ReadonlyMap<string, PersonOut>;
  task: ReadonlyMap<string, TaskRow>;
  progress: ReadonlyMap<string, Progress>;
}

const edits = new Set(["admin", "member"]);
const comments = new Set(["admin", "member", "commenter"]);

/** The project of the address, ready to be shown; `missing` where there is none for me. */
export function useGround(slug: string, key: string) {
  const workspace = useWorkspace(slug);
  const me = useQuery(meQuery).data?.id ?? "";
  const found = useProject(workspace?.id ?? "", key);
  const id = found.project?.id ?? "";
  const gone = useGoneProject(key, found);
  const board = useQuery({ ...boardQuery(id), enabled: id !== "" });
  const pending = usePending();
  const data = board.data;
  const tasks = useMemo(() => (data ? withPending(data.tasks, pending, data.project.id) : []), [data, pending]);
  const sets = useSets(data);
  const ground = useMemo<Ground | undefined>(() => {
    if (!data || !workspace) return undefined;
    return {
      workspace,
      project: data.project,
      revision: data.revision,
      me,
      mayEdit: edits.has(data.project.role),
      mayComment: comments.has(data.project.role),
      ...sets,
      tasks,
      columns: columnsOf(data.states, tasks),
      task: new Map(tasks.map((task) => [task.id, task])),
      progress: progressOf(tasks, data.states),
    };
  }, [data, workspace, me, sets, tasks]);
  return {
    ground,
    project: found.project,
    missing: found.missing,
    gone,
    error: found.error ?? (data ? null : board.error),
    retry: () => void board.refetch(),
  };
}

/** Whether a project that was here a moment ago has been closed to me, or deleted. */
function useGoneProject(key: string, found: { project: ProjectOut | undefined; missing: boolean }): boolean {
  const [seen, setSeen] = useState({ key: "", id: "" });
  const { project } = found;
  if (project && (seen.key !== key || seen.id !== project.id)) setSeen({ key, id: project.id });
  const here = seen.key === key;
  const closed = useGone(here ? `project:${seen.id}` : "");
  return here && (closed || found.missing);
}

/** These change seldom, and cards compare them: the same maps as long as their lists are the same. */
function useSets(data: BoardOut | undefined) {
  const { states, labels, people } = data ?? {};
  return useMemo(
    () => ({
      states: (states ?? []).toSorted(byRank),
      labels: labels ?? [],
      people: people ?? [],
      state: new Map((states ?? []).map((one) => [one.id, one])),
      label: new Map((labels ?? []).map((one) => [one.id, one])),
      person: new Map((people ?? []).map((one) => [one.person_id, one])),
    }),
    [states, labels, people],
  );
}
