import { expect, test } from "vitest";

import type { MomentOut, ServerStateOut, WorkerOut } from "@/api/types";

import { durationWords, sizeWords, spanWords, strokes, troubles } from "./state";

const worker = {
  worker: 1,
  started_at: "2026-11-23T00:00:00Z",
  errors_lately: 0,
  loop: { p50: 0, p99: 2, max: 4 },
  line: { places: 10, active: 0, queued: 0, refused: 0, gone: 0 },
} as WorkerOut;

const well = {
  at: "2026-11-23T00:05:00Z",
  live: "ok",
  workers: [worker],
  workers_expected: 1,
  jobs: [],
  database: { open: 10, ours: 8, needed: 13, allowed: 97 },
} as unknown as ServerStateOut;

test("nothing stands out on a server that is well", () => {
  expect(troubles(well)).toEqual([]);
});

test("each thing that is wrong has its sentence", () => {
  const busy = { ...worker, errors_lately: 1, loop: { p50: 1, p99: 150, max: 1_200 }, line: { ...worker.line, queued: 3 } };
  const wrong = troubles({
    ...well,
    live: "failing",
    workers: [busy],
    workers_expected: 2,
    database: null,
    jobs: [{ name: "letter", waiting: 0, trying: 0, dead: 2 }],
  });
  expect(wrong).toHaveLength(7);
  expect(wrong.join(" ")).toContain("up to 1.2 s");
});

test("connections that others took are told before there are none left", () => {
  const database = { ...well.database, open: 93, ours: 8, needed: 13, allowed: 97 } as ServerStateOut["database"];
  expect(troubles({ ...well, database })).toHaveLength(1);
});

test("figures read as people say them", () => {
  expect([0.42, 9.96, 12.4, 999.4, 1_530].map(durationWords)).toEqual(["0.4 ms", "10 ms", "12 ms", "999 ms", "1.5 s"]);
  expect([0, 940, 9_557_695, 123_820_000, 2_100_000_000].map(sizeWords)).toEqual(["0 B", "940 B", "9.6 MB", "124 MB", "2.1 GB"]);
  const from = "2026-11-23T00:00:00Z";
  const after = (minutes: number) => new Date(Date.parse(from) + minutes * 60_000).toISOString();
  expect([0, 5, 119, 121, 47 * 60, 50 * 60].map((minutes) => spanWords(from, after(minutes)))).toEqual(
    ["< 1 min", "5 min", "119 min", "2 h", "47 h", "2 days"],
  );
});

test("a plot breaks where nothing was asked, and begins five minutes ago", () => {
  const now = "2026-11-23T00:10:00.000Z";
  const at = (seconds: number, mean: number | null) =>
    ({ at: new Date(Date.parse(now) - seconds * 1_000).toISOString(), mean }) as MomentOut;
  const lines = strokes([at(400, 1), at(20, 2), at(18, 3), at(16, null), at(14, null), at(4, 5)], now, (one) => one.mean);
  expect(lines.map((line) => line.map(({ value }) => value))).toEqual([[2, 3], [5]]);
  expect(lines[0]?.[0]?.x).toBeCloseTo(1 - 20 / 300);
});
