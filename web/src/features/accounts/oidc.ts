import { queryOptions } from "@tanstack/react-query";

import { del, get, post } from "@/api/client";
import type { AddressOut, IdentityOut, ProviderOut, ReturnOut } from "@/api/types";
import { live } from "@/live/cache";

export const identitiesKey = ["identities"] as const;

/** Which sign-in provider this server has; its name is null where it has none. */
export const providerQuery = queryOptions({
  queryKey: ["provider"],
  queryFn: ({ signal }) => get<ProviderOut>("/api/oidc", {}, signal),
  staleTime: 5 * 60_000,
});

export const identitiesQuery = queryOptions({
  queryKey: identitiesKey,
  queryFn: ({ signal }) => get<IdentityOut[]>("/api/oidc/identities", {}, signal),
  // Linked in another tab, it shows here.
  meta: live<IdentityOut[]>({ apply: (data, change) => (change.kind.startsWith("identity.") ? undefined : data) }),
});

export const unlinkIdentity = (id: string) => del(`/api/oidc/identities/${id}`);

const JOIN = "/join#";

/** Goes to the provider. A link of somebody's invitation goes along, so that whoever is new gets an account. */
export async function goToProvider(next?: string): Promise<void> {
  const body = next?.startsWith(JOIN) ? { invitation: next.slice(JOIN.length) } : next ? { next } : {};
  await leaveFor(await post<AddressOut>("/api/oidc/start", body));
}

/** Goes to the provider, to come back with a sign-in that is linked to my account. */
export async function goAndLink(password: string): Promise<void> {
  await leaveFor(await post<AddressOut>("/api/oidc/link", { password, next: "/account" }));
}

/** Does not come back: the button stays busy until the page is gone. */
function leaveFor({ url }: AddressOut): Promise<never> {
  window.location.assign(url);
  return new Promise<never>(() => undefined);
}

export interface ProviderAnswer {
  state: string;
  code?: string;
  error?: string;
  iss?: string;
}

/** What the provider put into the address it sent the browser back to. */
export function answerIn(search: Record<string, unknown>): ProviderAnswer {
  // The router reads a value that looks like a number or a list as one.
  const told = (name: string) => (search[name] === undefined ? {} : { [name]: String(search[name]) });
  return { state: "", ...told("state"), ...told("code"), ...told("error"), ...told("iss") };
}

export const finishSignIn = (answer: ProviderAnswer) => post<ReturnOut>("/api/oidc/finish", answer);
