import { post } from "@/api/client";
import type { NewTokenOut, Scope, TokenOut } from "@/api/types";
import { agoWords, dateWords } from "@/lib/dates";

export const scopes: readonly Scope[] = ["read", "write", "manage", "admin"];

export const scopeWords: Record<Scope, { name: string; can: string }> = {
  read: { name: "Read", can: "See everything that you see in your workspaces" },
  write: { name: "Write", can: "Create and change tasks, comments and labels, and take changes back" },
  manage: { name: "Manage", can: "Projects, workspaces, who is in them, and the end of what was deleted" },
  admin: { name: "Administer", can: "This server: its people, backups, jobs and lab" },
};

/** After how many days a token ends; null for never. */
export const lifetimes: readonly { days: number | null; words: string }[] = [
  { days: 30, words: "30 days" },
  { days: 90, words: "90 days" },
  { days: 365, words: "A year" },
  { days: null, words: "It never ends" },
];

export const hasEnded = (token: TokenOut, now: Date = new Date()): boolean =>
  token.expires_at !== null && Date.parse(token.expires_at) <= now.getTime();

/** What a token is for, and how it has been. */
export function tokenWords(token: TokenOut, now: Date = new Date()): string {
  const may = token.scopes.length === scopes.length ? "everything" : token.scopes.map((one) => scopeWords[one].name).join(", ").toLowerCase();
  const used = token.last_used_at ? `used ${agoWords(token.last_used_at, now)}` : "never used";
  return `For ${may} · made ${agoWords(token.created_at, now)} · ${used}${endWords(token, now)}`;
}

function endWords(token: TokenOut, now: Date): string {
  if (token.expires_at === null) return "";
  const day = dateWords(token.expires_at.slice(0, 10));
  return hasEnded(token, now) ? "" : ` · until ${day}`;
}

export const makeToken = (token: { name: string; scopes: Scope[]; expires_in_days: number | null }) =>
  post<NewTokenOut>("/api/tokens", token);
