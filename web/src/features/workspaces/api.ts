import { queryOptions, useQuery } from "@tanstack/react-query";

import { del, get, patch, post } from "@/api/client";
import type { InvitationOut, MembersOut, NewInvitationOut, WorkspaceOut, WorkspaceRole } from "@/api/types";
import { meQuery } from "@/features/accounts/api";
import { applyToMembers } from "@/live/apply";
import { live } from "@/live/cache";

export const membersKey = (workspace: string) => ["workspaces", workspace, "members"] as const;
export const invitationsKey = (workspace: string) => ["workspaces", workspace, "invitations"] as const;

export const membersQuery = (workspace: string) =>
  queryOptions({
    queryKey: membersKey(workspace),
    queryFn: ({ signal }) => get<MembersOut>(`/api/workspaces/${workspace}/members`, {}, signal),
    meta: live<MembersOut>({
      apply: applyToMembers(workspace),
      revisions: (list) => ({ [`workspace:${workspace}`]: list.revision }),
      access: true,
    }),
  });

export const invitationsQuery = (workspace: string) =>
  queryOptions({
    queryKey: invitationsKey(workspace),
    queryFn: ({ signal }) => get<InvitationOut[]>(`/api/workspaces/${workspace}/invitations`, {}, signal),
    // Until a fresh letter has left; one that does not leave within a minute is a matter of hours.
    refetchInterval: ({ state }) => (state.data?.some(isLeaving) ? 2_000 : false),
  });

const isLeaving = ({ email, mailed_at, created_at }: InvitationOut) =>
  email !== null && mailed_at === null && Date.now() - Date.parse(created_at) < 60_000;

/** The workspace the address names, or undefined when it is not one of mine. */
export function useWorkspace(slug: string): WorkspaceOut | undefined {
  const me = useQuery(meQuery);
  return me.data?.workspaces.find((one) => one.slug === slug);
}

export const makeWorkspace = (name: string) => post<WorkspaceOut>("/api/workspaces", { name });
/** Absent from Me, so asked for: a rename must say which version it saw. */
export const getWorkspace = (id: string) => get<WorkspaceOut & { version: number }>(`/api/workspaces/${id}`);
export const renameWorkspace = (id: string, change: { name: string; version: number }) =>
  patch<WorkspaceOut>(`/api/workspaces/${id}`, change);
export const changeRole = (workspace: string, person: string, role: WorkspaceRole) =>
  patch(`/api/workspaces/${workspace}/members/${person}`, { role });
export const removeMember = (workspace: string, person: string) =>
  del(`/api/workspaces/${workspace}/members/${person}`);
export const invite = (workspace: string, role: WorkspaceRole, email: string | null) =>
  post<NewInvitationOut>(`/api/workspaces/${workspace}/invitations`, { role, email });
export const resendInvitation = (workspace: string, id: string) =>
  post(`/api/workspaces/${workspace}/invitations/${id}/resend`, {});
export const revokeInvitation = (workspace: string, id: string) =>
  del(`/api/workspaces/${workspace}/invitations/${id}`);
