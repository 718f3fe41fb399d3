import { queryOptions } from "@tanstack/react-query";

import { del, get, patch, post } from "@/api/client";
import type {
  MeOut,
  NewAppOut,
  NewPasskeyOptionsOut,
  NewPasskeyOut,
  PasskeyOptionsOut,
  PasskeyOut,
  RecoveryCodesOut,
  SecondFactorOut,
} from "@/api/types";
import { isProblem } from "@/lib/problem";
import { live } from "@/live/cache";

import type { Assertion, NewKey } from "./webauthn";

export const secondFactorKey = ["second-factor"] as const;

export const secondFactorQuery = queryOptions({
  queryKey: secondFactorKey,
  queryFn: ({ signal }) => get<SecondFactorOut>("/api/me/second-factor", {}, signal),
  meta: live<SecondFactorOut>({
    apply: (data, change) => (change.kind === "second_factor.changed" ? undefined : data),
  }),
});

/** That it is still me: one of the two, or neither for somebody who signs in elsewhere. */
export interface Proof {
  password?: string;
  passkey?: Assertion;
}

export const beginApp = (proof: Proof) => post<NewAppOut>("/api/me/second-factor/app", { proof });
export const confirmApp = (code: string) => post<RecoveryCodesOut>("/api/me/second-factor/app/confirm", { code });
export const removeApp = (proof: Proof) => post("/api/me/second-factor/app/remove", { proof });
export const renewCodes = (proof: Proof) => post<RecoveryCodesOut>("/api/me/second-factor/recovery-codes", { proof });
export const askForProof = () => post<PasskeyOptionsOut>("/api/me/proof/options", {});
export const beginPasskey = (proof: Proof) => post<NewPasskeyOptionsOut>("/api/me/passkeys/options", { proof });
export const addPasskey = (key: NewKey & { name: string }) => post<NewPasskeyOut>("/api/me/passkeys", key);
export const renamePasskey = (id: string, name: string) => patch<PasskeyOut>(`/api/me/passkeys/${id}`, { name });
export const removePasskey = (id: string, proof: Proof) => post(`/api/me/passkeys/${id}/remove`, { proof });
export const endOtherSessions = () => del("/api/sessions/others");

/** The password was right, and more is wanted. */
export interface Wanted {
  ticket: string;
  kinds: string[];
}

/** What a refused sign-in asks for, if it asks for more. */
export function wantedBy(error: unknown): Wanted | null {
  if (!isProblem(error, "second_factor")) return null;
  const { ticket, kinds } = error.extra;
  return typeof ticket === "string" && Array.isArray(kinds) ? { ticket, kinds: kinds.map(String) } : null;
}

/** The same, from what follows # when another door sent us here: ticket=…&kinds=totp,recovery. */
export function wantedIn(hash: string): Wanted | null {
  const fields = new URLSearchParams(hash);
  const ticket = fields.get("ticket");
  return ticket ? { ticket, kinds: (fields.get("kinds") ?? "totp,passkey,recovery").split(",") } : null;
}

export const signInWithCode = (ticket: string, code: string) =>
  post<MeOut>("/api/sessions/second-factor", { ticket, code });
export const askPasskey = (ticket: string | null) =>
  post<PasskeyOptionsOut>("/api/sessions/passkey/options", { ticket });
export const signInWithPasskey = (ticket: string | null, passkey: Assertion) =>
  post<MeOut>("/api/sessions/passkey", { ticket, passkey });
