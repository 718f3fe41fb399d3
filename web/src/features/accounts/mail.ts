import { post, put } from "@/api/client";
import type { AskedOut, MeOut } from "@/api/types";

/** What is done by links that were mailed. */
export const askForReset = (email: string) => post<AskedOut>("/api/password-resets", { email });
export const resetPassword = (token: string, password: string) =>
  post("/api/password-resets/confirm", { token, new: password });
export const askForAddress = (change: { email: string; password: string }) => put<AskedOut>("/api/me/email", change);
export const proveAddress = (token: string) => post<MeOut>("/api/me/email/confirm", { token });

export const LINK_INCOMPLETE = "The link is incomplete. Copy it whole, with what follows the #.";
