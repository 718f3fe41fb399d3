import { infiniteQueryOptions, queryOptions, type InfiniteData } from "@tanstack/react-query";

import { del, get, request } from "@/api/client";
import type { ProjectTrash, TrashItem, WorkspaceTrash } from "@/api/types";
import type { Apply } from "@/live/apply";
import { live } from "@/live/cache";

/** `heard`: the last revision after which something else may lie here. */
export interface Pages extends InfiniteData<ProjectTrash, string | null> {
  heard?: number;
}

const concerns = /^(task|comment)\.(created|deleted|purged)$/;

/** Events do not say who deleted what along with it, so they only tell that there is something to ask for. */
export const applyToTrash =
  (project: string): Apply<Pages> =>
  (pages, change) =>
    change.topic === `project:${project}` && change.revision !== null && concerns.test(change.kind) && change.revision > (pages.heard ?? 0)
      ? { ...pages, heard: change.revision }
      : pages;

export const trashKey = (project: string) => ["trash", "project", project] as const;

export const trashQuery = (project: string) =>
  infiniteQueryOptions({
    queryKey: trashKey(project),
    queryFn: ({ pageParam, signal }) => get<ProjectTrash>(`/api/projects/${project}/trash`, { cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: ProjectTrash) => page.next_cursor,
    staleTime: 0,
    meta: live<Pages>({ apply: applyToTrash(project) }),
  });

export const deletedProjectsKey = (workspace: string) => ["trash", "workspace", workspace] as const;

export const deletedProjectsQuery = (workspace: string) =>
  queryOptions({
    queryKey: deletedProjectsKey(workspace),
    queryFn: ({ signal }) => get<WorkspaceTrash>(`/api/workspaces/${workspace}/trash`, {}, signal),
    staleTime: 0,
    meta: live<WorkspaceTrash>({
      // Which of them I may bring back is not in an event.
      apply: (trash, change) => (change.topic === `workspace:${workspace}` && change.kind.startsWith("project.") && change.revision !== null ? undefined : trash),
      access: true,
    }),
  });

const places = { task: "tasks", comment: "comments", project: "projects" } as const;

export const restore = ({ kind, id }: Pick<TrashItem, "kind" | "id">) => request("POST", `/api/${places[kind]}/${id}/restore`);
export const endForGood = ({ kind, id }: Pick<TrashItem, "kind" | "id">) => del(`/api/trash/${places[kind]}/${id}`);
