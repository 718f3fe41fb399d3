import type { LabEnding, LabVerdict } from "@/api/types";

/** The stacks in the lab's order, short enough for the end of a line in a chart. */
export const stackWords: Record<string, string> = {
  blocking: "Sync, in async def",
  threadpool: "Sync, defaults",
  fair: "Sync, threads",
  "async-psycopg": "Async, psycopg",
  "async-asyncpg": "Async, asyncpg",
  headway: "Headway",
  "headway-shared": "Headway, coalesced",
  floor: "Floor: no ORM",
};

const order = Object.keys(stackWords);

export const wordsOf = (stack: string): string => stackWords[stack] ?? stack;

/** The lab's order; what it does not know comes last. */
export const byStack = (one: string, other: string): number => place(one) - place(other);

const place = (stack: string): number => {
  const at = order.indexOf(stack);
  return at < 0 ? order.length : at;
};

export const verdicts: readonly LabVerdict[] = ["holds", "holds only if", "does not hold", "not measured"];

/** A sign besides the colour, and the word for a number of them. */
export const verdictWords: Record<LabVerdict, { sign: string; name: string; one: string; many: string }> = {
  holds: { sign: "✓", name: "Holds", one: "holds", many: "hold" },
  "holds only if": { sign: "◐", name: "Holds only if…", one: "holds only if…", many: "hold only if…" },
  "does not hold": { sign: "✗", name: "Does not hold", one: "does not hold", many: "do not hold" },
  "not measured": { sign: "–", name: "Not measured", one: "not measured", many: "not measured" },
};

export const endingWords: Record<LabEnding, string> = {
  finished: "Finished",
  interrupted: "Interrupted",
  failed: "Failed",
};

/** 0.42 ms, 54 ms, 1.3 s, 27 s: three figures at most. */
export function msWords(ms: number): string {
  if (ms >= 1000) return `${figures(ms / 1000)} s`;
  return `${figures(ms)} ms`;
}

/** Three figures at most, and thousands apart. */
export function figures(value: number): string {
  if (value === 0) return "0";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString("en");
}

/** How long is left, or was taken: "5 s", "40 s", "about 3 min". */
export function durationWords(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}

export const leftWords = (seconds: number): string => `about ${durationWords(seconds < 20 ? seconds : Math.ceil(seconds / 10) * 10)} left`;

/** "quick" or "full" as people see it; what is neither stays unsaid. */
export const sizeWords = (size: string): string => (size === "quick" ? "Quick run" : size === "full" ? "Full run" : "Run");
