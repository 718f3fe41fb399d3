import { expect, test } from "vitest";

import type { Difference, TimelineOut } from "@/api/types";

import { barsOf, changesAway, daysAway, groupsOf, nextStep, stepAt } from "./places";

const at = (day: number) => `2026-03-${String(day).padStart(2, "0")}T12:00:00Z`;
const timeline: TimelineOut = {
  from: { revision: 1, at: at(1) },
  to: { revision: 40, at: at(5) },
  steps: [
    { revision: 1, at: at(1), changes: 1 },
    { revision: 30, at: at(2), changes: 29 },
    { revision: 30, at: at(3), changes: 0 },
    { revision: 30, at: at(4), changes: 0 },
    { revision: 40, at: at(5), changes: 10 },
  ],
};

test("a moment is shown by the last step that is not after it", () => {
  expect(stepAt(timeline.steps, at(1))).toBe(0);
  expect(stepAt(timeline.steps, "2026-03-03T23:00:00Z")).toBe(2);
  expect(stepAt(timeline.steps, at(9))).toBe(4);
  expect(stepAt(timeline.steps, "2020-01-01T00:00:00Z")).toBe(0);
  expect(stepAt([], at(1))).toBe(0);
});

test("bars show quiet steps beside loud ones, and nothing where nothing happened", () => {
  const [first, most, none] = barsOf(timeline.steps);
  expect(most).toBe(1);
  expect(none).toBe(0);
  expect(first).toBeGreaterThan(0.08);
});

test("days and changes stay within the project's life", () => {
  expect(daysAway(timeline, at(3), 1)).toBe("2026-03-04T12:00:00.000Z");
  expect(daysAway(timeline, at(1), -1)).toBe("2026-03-01T12:00:00.000Z");
  expect(changesAway(timeline, 1, -1)).toBe("1");
  expect(changesAway(timeline, 30, 1)).toBe("31");
  expect(changesAway(timeline, 40, 1)).toBe("40");
});

test("playing passes over steps in which nothing happened, and ends", () => {
  expect(nextStep(timeline.steps, 1)).toBe(4);
  expect(nextStep(timeline.steps, 4)).toBeNull();
});

test("differences are grouped by what became of tasks, empty groups left out", () => {
  const one = (noun: Difference["noun"], what: Difference["what"]): Difference => ({
    noun, what, id: `${noun}-${what}`, title: null, human_id: null, task_id: null, fields: {}, by: [], at: null,
  });
  const groups = groupsOf([one("label", "created"), one("task", "changed"), one("task", "created")]);
  expect(groups.map((group) => group.name)).toEqual(["New tasks", "Changed tasks", "The project itself"]);
});
