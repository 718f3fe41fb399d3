import { expect, test } from "vitest";

import { agoWords, dayWords, daysBetween, today } from "./dates";

test.each([
  ["2026-11-22", "Today"],
  ["2026-11-23", "Tomorrow"],
  ["2026-11-21", "Yesterday"],
])("%s is said as %s", (date, words) => expect(dayWords(date, "2026-11-22")).toBe(words));

test("a day of another year names the year", () => {
  expect(dayWords("2027-03-12", "2026-11-22")).toContain("2027");
  expect(dayWords("2026-03-12", "2026-11-22")).not.toContain("2026");
});

test("days are counted on the calendar, over a change of the clock too", () => {
  expect(daysBetween("2026-10-24", "2026-10-26")).toBe(2);
  expect(daysBetween("2026-11-22", "2026-11-20")).toBe(-2);
});

test("today is the viewer's own day", () => expect(today(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05"));

test("times ago", () => {
  const now = new Date(2026, 10, 22, 15, 0, 0);
  const ago = (seconds: number) => agoWords(new Date(now.getTime() - seconds * 1000).toISOString(), now);
  expect(ago(10)).toBe("just now");
  expect(ago(300)).toBe("5 min ago");
  expect(ago(3 * 3600)).toBe("3 h ago");
  expect(ago(26 * 3600)).toBe("yesterday");
});
