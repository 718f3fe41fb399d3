import { queryOptions } from "@tanstack/react-query";

import { del, get, patch, post, put } from "@/api/client";
import type { InvitationPreviewOut, MeOut, SessionOut, SetupOut, TokenOut } from "@/api/types";
import { ProblemError } from "@/lib/problem";
import { live } from "@/live/cache";

export const meKey = ["me"] as const;
export const setupKey = ["setup"] as const;
export const sessionsKey = ["sessions"] as const;
export const tokensKey = ["tokens"] as const;

/** Me, or null when nobody is signed in. */
export const meQuery = queryOptions({
  queryKey: meKey,
  queryFn: async ({ signal }) => {
    try {
      return await get<MeOut>("/api/me", {}, signal);
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
  meta: live<MeOut | null>({ apply: (me) => me, access: true }),
});

export const setupQuery = queryOptions({
  queryKey: setupKey,
  queryFn: ({ signal }) => get<SetupOut>("/api/setup", {}, signal),
  staleTime: 60_000,
});

export const sessionsQuery = queryOptions({
  queryKey: sessionsKey,
  queryFn: ({ signal }) => get<SessionOut[]>("/api/sessions", {}, signal),
  // Their end is told as a change of what I may see.
  meta: live<SessionOut[]>({
    apply: (sessions, change) => (change.kind === "session.created" ? undefined : sessions),
    access: true,
  }),
});

export const tokensQuery = queryOptions({
  queryKey: tokensKey,
  queryFn: ({ signal }) => get<TokenOut[]>("/api/tokens", {}, signal),
});

export interface NewSetup {
  name: string;
  email: string;
  password: string;
  workspace: string;
  project: { name: string; key: string } | null;
  examples: boolean;
  link: string | null;
}

export const setUp = (setup: NewSetup) => post<MeOut>("/api/setup", setup);
export const signUp = (account: { name: string; email: string; password: string }) =>
  post<MeOut>("/api/accounts", account);
export const signIn = (credentials: { email: string; password: string }) => post<MeOut>("/api/sessions", credentials);
export const signOut = () => del("/api/sessions/current");
export const endSession = (id: string) => del(`/api/sessions/${id}`);
export const renameMe = (name: string) => patch<MeOut>("/api/me", { name });
export const changePassword = (passwords: { current: string; new: string }) => put("/api/me/password", passwords);
export const revokeToken = (id: string) => del(`/api/tokens/${id}`);

export const previewInvitation = (token: string) =>
  post<InvitationPreviewOut>("/api/invitations/preview", { token });
export const acceptInvitation = (answer: { token: string; name?: string; email?: string; password?: string }) =>
  post<MeOut>("/api/invitations/accept", answer);
