import { describe, expect, test } from "vitest";

import type { LabRun, LabStateOut } from "@/api/types";

import { countsOf } from "./Claims";
import { fold, type LabEvent } from "./fold";
import { markOf } from "./marks";
import { apart, linearScale, logScale } from "./scales";
import { meanTime, memoryOf, seriesOf, throughput, waits } from "./series";
import { byStack, durationWords, figures, leftWords, msWords, stackWords, wordsOf } from "./words";

const run = (over: Partial<LabRun> = {}): LabRun => ({
  stack: "fair", scenario: "one-call", users: 10, repeat: 1, order: 1, how: "burst", options: { time_limit: 8 }, seconds: 1,
  answered: 10, failed: {}, unanswered: 0, throughput: 10, latency: { mean: 52, p50: 52, p90: 60, p99: 70, longest: 71 }, ...over,
});

const took = (mean: number, over: Partial<LabRun> = {}) => run({ latency: { mean, p50: mean, p90: mean, p99: mean, longest: mean }, ...over });

const idle: LabStateOut = {
  running: false, by_hand: false, started_at: null, started_by: null, quick: false, done: 0, of: 0, doing: "", seconds_left: null,
  stopping: false, runs: [], claims: [], id: null, ended: null, problem: null, lines: 0,
};

describe("lines of a chart", () => {
  test("are the median of the repeats with their least and most, by users, in the lab's order", () => {
    const runs = [
      took(90, { stack: "floor" }), took(60, { users: 100 }), took(53), took(50), took(58), took(1, { scenario: "mix" }), took(70, { stack: "new" }),
    ];
    const lines = seriesOf(runs, "one-call", meanTime);
    expect(lines.map(({ stack }) => stack)).toEqual(["fair", "floor", "new"]);
    expect(lines[0]?.points).toEqual([
      { users: 10, median: 53, least: 50, most: 58, unanswered: 0 },
      { users: 100, median: 60, least: 60, most: 60, unanswered: 0 },
    ]);
    expect(seriesOf([took(50), took(60)], "one-call", meanTime)[0]?.points[0]?.median).toBe(55);
  });

  test("count what was not answered with the time limit", () => {
    const some = took(100, { answered: 15, unanswered: 85 });
    expect(meanTime(some)).toBe((15 * 100 + 85 * 8000) / 100);
    expect(meanTime(run({ answered: 0, unanswered: 100, latency: null }))).toBe(8000);
    expect(seriesOf([some], "one-call", meanTime)[0]?.points[0]?.unanswered).toBe(85);
  });

  test("leave out runs that have no such figure", () => {
    expect(seriesOf([run({ latency: null })], "one-call", meanTime)).toEqual([]);
    expect(waits(run({ throughput: 0 }))).toBeNull();
    expect(waits(run({ users: 50, throughput: 25 }))).toBe(2000);
    expect(throughput(run())).toBe(10);
  });

  test("memory at rest and under way", () => {
    const usage = (rss: number) => ({ cpu_seconds: 1, voluntary_switches: 1, involuntary_switches: 1, threads: 1, rss, pss: null, virtual: 900 });
    const runs = [run({ stack: "headway", scenario: "memory", usage: usage(110) }), run({ scenario: "rest", usage: usage(72) }), run({ scenario: "rest", stack: "floor" })];
    expect(memoryOf(runs)).toEqual([
      { stack: "fair", rest: 72, busy: null },
      { stack: "headway", rest: null, busy: 110 },
    ]);
  });
});

describe("stacks", () => {
  test("each has a name, a colour and a shape that no other has, nor one that is not known", () => {
    const stacks = [...Object.keys(stackWords), "unknown"];
    expect(new Set(stacks.map(wordsOf)).size).toBe(stacks.length);
    expect(new Set(stacks.map((stack) => markOf(stack).color)).size).toBe(stacks.length);
    expect(new Set(Object.keys(stackWords).map((stack) => markOf(stack).shape)).size).toBe(stacks.length - 1);
  });

  test("coalesced reads are called what they are, and stand after Headway", () => {
    expect(wordsOf("headway-shared")).toBe("Headway, coalesced");
    expect(["floor", "headway-shared", "headway"].sort(byStack)).toEqual(["headway", "headway-shared", "floor"]);
  });
});

describe("scales", () => {
  test("a logarithmic one spans its values with round ends", () => {
    const scale = logScale(51, 27_145, 0, 100);
    expect(scale.at(50)).toBeCloseTo(0);
    expect(scale.at(50_000)).toBeCloseTo(100);
    expect(scale.ticks).toEqual([100, 1000, 10_000]);
    expect(logScale(50, 320, 0, 100).ticks).toEqual([50, 100, 200, 500]);
  });

  test.each([[100, 100], [1, 1], [0, 0], [0.02, 0.4]])("from %d to %d every value has its place", (low, high) => {
    const scale = logScale(low, high, 10, 90);
    for (const value of [low, high]) {
      expect(scale.at(value)).toBeGreaterThanOrEqual(9.99);
      expect(scale.at(value)).toBeLessThanOrEqual(90.01);
    }
    expect(scale.ticks.length).toBeGreaterThan(0);
  });

  test("a level one begins at 0 and ends at something round", () => {
    expect(linearScale(870, 0, 100).ticks).toEqual([0, 250, 500, 750, 1000]);
    expect(linearScale(0, 0, 100).at(0)).toBe(0);
  });

  test("labels move apart and keep their order", () => {
    expect(apart([10, 50], 15, 0, 100)).toEqual([10, 50]);
    const placed = apart([52, 50, 51, 90], 15, 0, 100);
    expect(placed[1]).toBeLessThan(placed[2] ?? 0);
    expect(placed[2]).toBeLessThan(placed[0] ?? 0);
    const sorted = placed.toSorted((one, other) => one - other);
    for (const [index, at] of sorted.slice(1).entries()) expect(at - (sorted[index] ?? 0)).toBeGreaterThanOrEqual(14.99);
    expect(Math.min(...apart([0, 0, 0], 15, 0, 100))).toBe(0);
    expect(Math.max(...apart([99, 99, 99], 15, 0, 100))).toBe(100);
  });
});

describe("the state of a run", () => {
  const events: LabEvent[] = [
    { kind: "started", data: { at: "2026-11-23T03:00:00Z", by: "Ada", quick: true } },
    { kind: "progress", data: { done: 1, of: 4, doing: "fair", seconds_left: 30, run: run() } },
    { kind: "progress", data: { done: 2, of: 4, doing: "floor", run: null } },
    { kind: "stopping", data: true },
    { kind: "ended", data: { id: "r", ended: "interrupted", problem: "By hand." } },
  ];
  const after = (count: number) => events.slice(0, count).reduce((state, event, index) => fold(state, index + 1, event), idle);

  test("follows its events", () => {
    expect(after(2)).toMatchObject({ running: true, started_by: "Ada", quick: true, done: 1, of: 4, seconds_left: 30, lines: 2 });
    expect(after(3)).toMatchObject({ done: 2, seconds_left: null, doing: "floor" });
    expect(after(3).runs).toHaveLength(1);
    expect(after(4)).toMatchObject({ running: true, stopping: true });
    expect(after(5)).toMatchObject({ running: false, id: "r", ended: "interrupted", problem: "By hand." });
  });

  test("takes nothing twice, as after a stream that came back", () => {
    const state = after(3);
    expect(events.slice(0, 3).reduce((kept, event, index) => fold(kept, index + 1, event), state)).toBe(state);
  });
});

describe("words", () => {
  test.each([[0.421, "0.42 ms"], [54.26, "54.3 ms"], [298, "298 ms"], [2606, "2.61 s"], [27_145, "27.1 s"]])("%d ms is %s", (ms, words) =>
    expect(msWords(ms)).toBe(words),
  );

  test("numbers and times", () => {
    expect([figures(0), figures(1200), figures(3)]).toEqual(["0", "1,200", "3"]);
    expect([durationWords(0.2), durationWords(42), durationWords(312)]).toEqual(["1 s", "42 s", "5 min"]);
    expect([leftWords(7), leftWords(43), leftWords(200)]).toEqual(["about 7 s left", "about 50 s left", "about 3 min left"]);
    expect([wordsOf("fair"), wordsOf("unheard-of")]).toEqual(["Sync, threads", "unheard-of"]);
  });

  test("verdicts are counted", () => {
    const claim = (verdict: "holds" | "not measured") => ({ verdict }) as Parameters<typeof countsOf>[0][number];
    expect(countsOf([claim("holds"), claim("holds"), claim("not measured")])).toEqual({ holds: 2, "not measured": 1 });
  });
});
