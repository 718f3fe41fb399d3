import { expect, test } from "vitest";

import type { FoundTask } from "@/api/types";

import { groupsOf } from "./groups";

const task = (human_id: string, due_on: string | null, priority = 0) => ({ human_id, due_on, priority }) as FoundTask;

test("late first, then today, then what comes, then what has no date; the urgent first on one day", () => {
  const tasks = [
    task("HW-1", null),
    task("HW-2", "2026-11-22"),
    task("HW-3", "2026-12-01"),
    task("HW-4", "2026-11-20"),
    task("HW-5", "2026-11-22", 4),
    task("HW-10", "2026-11-20"),
  ];
  const groups = groupsOf(tasks, "2026-11-22").map(({ name, tasks: list }) => [name, list.map((one) => one.human_id)]);
  expect(groups).toEqual([
    ["Overdue", ["HW-4", "HW-10"]],
    ["Today", ["HW-5", "HW-2"]],
    ["Upcoming", ["HW-3"]],
    ["No date", ["HW-1"]],
  ]);
});

test("nothing is no group", () => expect(groupsOf([], "2026-11-22")).toEqual([]));
