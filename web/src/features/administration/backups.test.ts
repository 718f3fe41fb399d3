import { expect, test } from "vitest";

import type { BackupOut } from "@/api/types";

import { detailWords, planWords, sizeWords, standingWords } from "./backups";

const made: BackupOut = {
  id: "1",
  file: "/b/headway-20261123-061500.zip",
  means: "schedule",
  at: "2026-11-23T06:15:00Z",
  state: "good",
  step: "tried",
  bytes: 12_340_000,
  rows: 1_200,
  seconds: 3.2,
  tried_at: "2026-11-23T06:15:09Z",
  tried_seconds: 5.6,
  problem: null,
};

test("a backup says its size and how the try went", () => {
  expect(detailWords(made)).toBe("12.3 MB · 1,200 rows · restored and compared in 6 s · by schedule");
  expect(detailWords({ ...made, state: "running", step: "trying" })).toBe("Restoring it into a scratch database");
  expect(detailWords({ ...made, state: "failed", problem: "The disk is full." })).toBe("The disk is full.");
  expect(detailWords({ ...made, state: "cut_off", bytes: null })).toContain("interrupted");
});

test("sizes read as people write them", () => {
  expect([sizeWords(67_620), sizeWords(1_250_000), sizeWords(3e9)]).toEqual(["67.6 kB", "1.3 MB", "3.0 GB"]);
});

test("the plan and the date that counts", () => {
  const plan = { folder: "/b", every_hours: 24, keep: 14, running: false, good_at: null, tried_at: null, warning: null, items: [] };
  expect(planWords(plan)).toContain("Every day into /b, the newest 14 kept");
  expect(planWords({ ...plan, folder: null })).toContain("None are made by themselves");
  expect(standingWords(plan)).toBe("No restore has been tried yet.");
  expect(standingWords({ ...plan, warning: "None yet." })).toBe("None yet.");
  const old = { tried_at: "2026-01-01T00:00:00Z", warning: "The last good backup is old." };
  expect(standingWords(old)).toMatch(/^The last good backup is old\. A restore was last tried /);
});
