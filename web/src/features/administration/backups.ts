import { queryOptions } from "@tanstack/react-query";

import { get, post } from "@/api/client";
import type { BackupOut, BackupsOut } from "@/api/types";
import { agoWords, momentWords } from "@/lib/dates";

export const backupsKey = ["administration", "backups"] as const;

const WHILE_RUNNING = 1_000;
const OTHERWISE = 30_000;

export const backupsQuery = queryOptions({
  queryKey: backupsKey,
  queryFn: ({ signal }) => get<BackupsOut>("/api/administration/backups", {}, signal),
  refetchInterval: ({ state }) => (state.data?.running ? WHILE_RUNNING : OTHERWISE),
});

export const startBackup = () => post<BackupsOut>("/api/administration/backups");

export const stateWords: Record<BackupOut["state"], string> = {
  running: "Under way",
  good: "Restore tried",
  untried: "Not tried",
  failed: "Failed",
  cut_off: "Cut off",
};

const stepWords: Record<string, string> = {
  starting: "Starting",
  writing: "Writing the file",
  written: "Written; its restore is tried next",
  trying: "Restoring it into a scratch database",
};

const meansWords: Record<string, string> = {
  schedule: "by schedule",
  web: "from this page",
  api: "by API",
  cli: "by command",
};

/** 12,300,000 as "12.3 MB". */
export function sizeWords(bytes: number): string {
  const units = [
    ["GB", 1e9],
    ["MB", 1e6],
  ] as const;
  const [unit, size] = units.find(([, of]) => bytes >= of) ?? ["kB", 1e3];
  return `${(bytes / size).toLocaleString("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 })} ${unit}`;
}

/** What a row says below its time. */
export function detailWords(backup: BackupOut): string {
  if (backup.state === "running") return stepWords[backup.step] ?? "Under way";
  if (backup.problem) return backup.problem;
  if (backup.state === "cut_off") return "It was interrupted before it was done.";
  const parts = [
    backup.bytes !== null && sizeWords(backup.bytes),
    backup.rows !== null && `${backup.rows.toLocaleString("en")} ${backup.rows === 1 ? "row" : "rows"}`,
    backup.tried_seconds !== null && `restored and compared in ${secondsWords(backup.tried_seconds)}`,
    meansWords[backup.means],
  ];
  return parts.filter(Boolean).join(" · ");
}

function secondsWords(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
}

/** Where they go and how often, in a sentence. */
export function planWords({ folder, every_hours, keep }: BackupsOut): string {
  if (folder === null) return "None are made by themselves. Each one that is made with --try is restored on trial.";
  const often = every_hours === 1 ? "Every hour" : every_hours === 24 ? "Every day" : `Every ${every_hours} hours`;
  return `${often} into ${folder}, the newest ${keep} kept. Each is restored on trial, and every row compared.`;
}

/** The one date that counts, and what is amiss. */
export function standingWords({ tried_at, warning }: Pick<BackupsOut, "tried_at" | "warning">): string {
  if (tried_at === null) return warning ?? "No restore has been tried yet.";
  const tried = `A restore was last tried ${agoWords(tried_at)} (${momentWords(tried_at)}), and every row was there.`;
  return warning === null ? tried : `${warning} ${tried}`;
}
