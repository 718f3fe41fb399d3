import type { LabRun } from "@/api/types";

import { byStack } from "./words";

/** One mark in a chart: the median of the repeats, their least and most. */
export interface Point {
  users: number;
  median: number;
  least: number;
  most: number;
  /** Requests without an answer; they count with the time limit, so the true figure is higher. */
  unanswered: number;
}

export interface Series {
  stack: string;
  points: Point[];
}

/** A figure of one run; null where it has none. */
export type Figure = (run: LabRun) => number | null;

/**
 * Mean time of an answer in ms. What was not answered in time counts with the time limit: without it, a server that
 * answers a few and leaves the others would be drawn as the quickest.
 */
export const meanTime: Figure = (run) => {
  const limit = Number(run.options?.time_limit ?? 0) * 1000;
  const answered = run.latency ? run.answered * run.latency.mean : 0;
  if (run.unanswered > 0 && limit > 0) return (answered + run.unanswered * limit) / (run.answered + run.unanswered);
  return run.latency?.mean ?? null;
};

export const throughput: Figure = (run) => run.throughput;

/** What each user waits for an answer, in ms, whoever was answered. */
export const waits: Figure = (run) => (run.throughput > 0 ? (run.users / run.throughput) * 1000 : null);

export const resident: Figure = (run) => run.usage?.rss ?? null;

/** One line a stack: a figure of a scenario by users, over the repeats. */
export function seriesOf(runs: readonly LabRun[], scenario: string, figure: Figure): Series[] {
  const stacks = new Map<string, Map<number, LabRun[]>>();
  for (const run of runs) {
    if (run.scenario !== scenario || figure(run) === null) continue;
    const levels = stacks.get(run.stack) ?? new Map<number, LabRun[]>();
    levels.set(run.users, [...(levels.get(run.users) ?? []), run]);
    stacks.set(run.stack, levels);
  }
  return [...stacks]
    .map(([stack, levels]) => ({
      stack,
      points: [...levels].map(([users, some]) => pointOf(users, some, figure)).sort((one, other) => one.users - other.users),
    }))
    .sort((one, other) => byStack(one.stack, other.stack));
}

function pointOf(users: number, runs: readonly LabRun[], figure: Figure): Point {
  const values = runs.map((run) => figure(run) ?? 0).sort((one, other) => one - other);
  return {
    users,
    median: median(values),
    least: values[0] ?? 0,
    most: values.at(-1) ?? 0,
    unanswered: runs.reduce((sum, run) => sum + run.unanswered, 0),
  };
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

export interface Memory {
  stack: string;
  rest: number | null;
  busy: number | null;
}

/** Resident MB of each stack's process: at rest, and with requests under way. */
export function memoryOf(runs: readonly LabRun[]): Memory[] {
  const level = (stack: string, scenario: string) => {
    const values = runs
      .filter((run) => run.stack === stack && run.scenario === scenario)
      .map(resident)
      .filter((value) => value !== null)
      .sort((one, other) => one - other);
    return values.length > 0 ? median(values) : null;
  };
  return [...new Set(runs.filter((run) => run.scenario === "rest" || run.scenario === "memory").map((run) => run.stack))]
    .sort(byStack)
    .map((stack) => ({ stack, rest: level(stack, "rest"), busy: level(stack, "memory") }))
    .filter(({ rest, busy }) => rest !== null || busy !== null);
}
