import { queryOptions } from "@tanstack/react-query";

import { get } from "@/api/client";
import type { MomentOut, ServerStateOut } from "@/api/types";

/** Milliseconds between looks; the server's own figures are as old at most. */
export const EVERY = 2_000;
const SPAN = 300_000;

export const stateQuery = queryOptions({
  queryKey: ["administration", "state"] as const,
  queryFn: ({ signal }) => get<ServerStateOut>("/api/administration/state", {}, signal),
  refetchInterval: EVERY,
  retry: false,
});

/** What somebody should look into, worst first, in sentences. */
export function troubles({ at, database, live, workers, workers_expected, jobs }: ServerStateOut): string[] {
  const found: string[] = [];
  if (!database) found.push("The database did not answer within a second.");
  if (live !== "ok") found.push("Changes of others reach the screens late: reading events from the database fails.");
  if (workers.length < workers_expected)
    found.push(`${workers.length} of ${workers_expected} processes say how they are; the others are starting or stuck.`);
  if (database && database.open + spare(database) > database.allowed)
    found.push(
      `${database.open} of ${database.allowed} database connections are open, and this server may want ${spare(database)} more. Close others, or raise max_connections.`,
    );
  // In its first minute a process is busy with itself.
  const late = workers.filter(({ loop, started_at }) => loop.p99 > 100 && Date.parse(at) - Date.parse(started_at) > 60_000);
  if (late.length > 0)
    found.push(`Process ${late.map(({ worker }) => worker).join(", ")} is busy: everything in it waits for up to ${durationWords(Math.max(...late.map(({ loop }) => loop.max)))}.`);
  const queued = workers.reduce((sum, { line }) => sum + line.queued, 0);
  if (queued > 0) found.push(`${queued} ${queued === 1 ? "request waits" : "requests wait"} in line.`);
  const errors = workers.reduce((sum, one) => sum + one.errors_lately, 0);
  if (errors > 0)
    found.push(`${errors} ${errors === 1 ? "answer was an error" : "answers were errors"} of ours in the last ten minutes. The log has them.`);
  const dead = jobs.reduce((sum, one) => sum + one.dead, 0);
  if (dead > 0) found.push(`${dead} ${dead === 1 ? "job has" : "jobs have"} been given up.`);
  return found;
}

/** Connections that this server may still open. */
const spare = ({ needed, ours }: { needed: number; ours: number }) => Math.max(0, needed - ours);

export function durationWords(milliseconds: number): string {
  if (milliseconds < 10) return `${Number(milliseconds.toFixed(1))} ms`;
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  return `${Number((milliseconds / 1_000).toFixed(1))} s`;
}

export function sizeWords(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1_000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** For how long something has run. */
export function spanWords(from: string, to: string): string {
  const minutes = Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / 60_000));
  if (minutes < 1) return "< 1 min";
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

export interface Spot {
  /** From 0, five minutes ago, to 1, now. */
  x: number;
  value: number;
}

/** One figure's last five minutes; a moment without a value leaves a gap, and lines break at gaps. */
export function strokes(history: readonly MomentOut[], now: string, value: (at: MomentOut) => number | null): Spot[][] {
  const end = Date.parse(now);
  const lines: Spot[][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const one of history) {
    const at = Date.parse(one.at);
    const found = value(one);
    if (found === null || at < end - SPAN) continue;
    if (at - before > 2 * EVERY) lines.push([]);
    lines.at(-1)?.push({ x: Math.min(1, 1 - (end - at) / SPAN), value: found });
    before = at;
  }
  return lines;
}
