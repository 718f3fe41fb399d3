import { expect, test } from "vitest";

import type { StateOut, TaskRow } from "@/api/types";

import { fieldsOf } from "./actions";
import { newRow } from "./newRow";
import { relating, relationsHere, relationWords, type RelationKind } from "./relations";

const row = (id: string): TaskRow => ({ ...newRow({ id: "s", project_id: "p" } as StateOut, id, "a0"), id, human_id: id });
const kinds = Object.keys(relationWords) as RelationKind[];

test.each(kinds)("%s is shown once it was made, and no longer once it was taken away", (kind) => {
  const [task, other] = [row("HW-1"), row("HW-2")];
  const after = (on: boolean, tasks: readonly TaskRow[]) => {
    const [mine, theirs] = tasks as [TaskRow, TaskRow];
    const { of, change } = relating(kind, mine, theirs, on);
    return tasks.map((one) => (one === of ? { ...one, ...fieldsOf(one, change) } : one)) as TaskRow[];
  };
  const made = after(true, [task, other]);
  expect(relationsHere(made[0]!, made)).toEqual([{ kind, task: made[1] }]);
  const gone = after(false, made);
  expect(relationsHere(gone[0]!, gone)).toEqual([]);
});

test("a relation that the other one keeps is taken away there", () => {
  const [task, other] = [row("HW-1"), { ...row("HW-2"), related_ids: ["HW-1"] }];
  expect(relating("related", task, other, false)).toEqual({ of: other, change: { related: { remove: ["HW-1"] } } });
});
