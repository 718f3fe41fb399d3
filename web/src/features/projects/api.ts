import { queryOptions, useQuery } from "@tanstack/react-query";

import { del, get, patch, post, put } from "@/api/client";
import type {
  AccessOut,
  BoardOut,
  Category,
  LabelColor,
  LabelOut,
  ProjectMemberOut,
  ProjectOut,
  ProjectRole,
  ProjectsOut,
  StateOut,
  Visibility,
} from "@/api/types";
import { applyToBoard, applyToProjects } from "@/live/apply";
import { live } from "@/live/cache";

export const projectsKey = (workspace: string) => ["workspaces", workspace, "projects"] as const;
export const boardKey = (project: string) => ["projects", project, "board"] as const;
export const projectMembersKey = (project: string) => ["projects", project, "members"] as const;

export const projectsQuery = (workspace: string) =>
  queryOptions({
    queryKey: projectsKey(workspace),
    queryFn: ({ signal }) => get<ProjectsOut>(`/api/workspaces/${workspace}/projects`, {}, signal),
    meta: live<ProjectsOut>({
      apply: applyToProjects(workspace),
      revisions: (list) => ({ [`workspace:${workspace}`]: list.revision }),
      access: true,
    }),
  });

/** The whole project in one answer: states, labels, people and tasks. Live events are applied to this. */
export const boardQuery = (project: string) =>
  queryOptions({
    queryKey: boardKey(project),
    queryFn: ({ signal }) => get<BoardOut>(`/api/projects/${project}/board`, {}, signal),
    meta: live<BoardOut>({
      apply: applyToBoard,
      revisions: (board) => ({ [`project:${board.project.id}`]: board.revision }),
      access: true,
    }),
  });

/** What somebody may do in the project, and why; `task`: whether they see that one. */
export const accessQuery = (project: string, person: string, task?: string) =>
  queryOptions({
    queryKey: ["projects", project, "access", person, task ?? ""],
    queryFn: ({ signal }) => get<AccessOut>(`/api/projects/${project}/access/${person}`, task ? { task } : {}, signal),
    // Roles, assignments and standing decide it: asked anew each time somebody looks.
    gcTime: 0,
    retry: false,
  });

export const projectMembersQuery = (project: string) =>
  queryOptions({
    queryKey: projectMembersKey(project),
    queryFn: ({ signal }) => get<ProjectMemberOut[]>(`/api/projects/${project}/members`, {}, signal),
  });

/** The project the address names. `missing` once the list is here and does not hold it. */
export function useProject(workspace: string, key: string) {
  const projects = useQuery(projectsQuery(workspace));
  const project = projects.data?.projects.find((one) => one.key === key);
  return { project, error: projects.error, missing: projects.isSuccess && project === undefined };
}

export interface NewProject {
  name: string;
  key: string;
  description: string;
  visibility: Visibility;
}

export const makeProject = (workspace: string, project: NewProject) =>
  post<ProjectOut>(`/api/workspaces/${workspace}/projects`, project);
export const changeProject = (
  id: string,
  change: { version: number; name?: string; description?: string; visibility?: Visibility; blocking?: ProjectOut["blocking"] },
) => patch<ProjectOut>(`/api/projects/${id}`, change);
export const deleteProject = (id: string) => del(`/api/projects/${id}`);

export const setProjectMember = (project: string, person: string, role: ProjectRole, onlyAssigned = false) =>
  put(`/api/projects/${project}/members/${person}`, { role, only_assigned: onlyAssigned });
export const removeProjectMember = (project: string, person: string) =>
  del(`/api/projects/${project}/members/${person}`);

export const addState = (project: string, state: { name: string; category: Category; after_id?: string | null }) =>
  post<StateOut>(`/api/projects/${project}/states`, state);
export const changeState = (
  id: string,
  change: { version: number; name?: string; category?: Category; after_id?: string | null },
) => patch<StateOut>(`/api/states/${id}`, change);
export const deleteState = (id: string, moveTo?: string) => del(`/api/states/${id}`, { move_to: moveTo });

export const addLabel = (project: string, label: { name: string; color: LabelColor }) =>
  post<LabelOut>(`/api/projects/${project}/labels`, label);
export const changeLabel = (id: string, change: { version: number; name?: string; color?: LabelColor }) =>
  patch<LabelOut>(`/api/labels/${id}`, change);
export const deleteLabel = (id: string) => del(`/api/labels/${id}`);
