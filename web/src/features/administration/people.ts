import { infiniteQueryOptions } from "@tanstack/react-query";

import { get, post, put } from "@/api/client";
import type { AccountOut, AccountsOut } from "@/api/types";
import { agoWords } from "@/lib/dates";
import { plural } from "@/lib/text";

export const peopleKey = ["administration", "people"] as const;

/** Everybody with an account, by name, a page at a time. */
export const peopleQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: [...peopleKey, q],
    queryFn: ({ pageParam, signal }) =>
      get<AccountsOut>("/api/administration/people", { q, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: AccountsOut) => page.next_cursor,
    staleTime: 0,
  });

export const suspend = (id: string) => post<AccountOut>(`/api/administration/people/${id}/suspend`);
export const reinstate = (id: string) => post<AccountOut>(`/api/administration/people/${id}/reinstate`);
export const setAdmin = (id: string, is_admin: boolean) =>
  put<AccountOut>(`/api/administration/people/${id}/admin`, { is_admin });

/** What is worth knowing of somebody at a glance. */
export function accountWords(person: AccountOut, now?: Date): string {
  const parts = [person.email ?? "no address"];
  if (person.suspended_at !== null) parts.push(`suspended ${agoWords(person.suspended_at, now)}`);
  else parts.push(person.last_seen_at === null ? "not here lately" : `here ${agoWords(person.last_seen_at, now)}`);
  parts.push(person.workspaces === 0 ? "in no workspace" : `in ${plural(person.workspaces, "workspace", "workspaces")}`);
  if (person.tokens > 0) parts.push(plural(person.tokens, "token", "tokens"));
  return parts.join(" · ");
}
