import { describe, expect, test } from "vitest";

import { changedSteps, movedBy, stepsChanged, type Step } from "./steps";

const steps: Step[] = ["a", "b", "c"].map((id) => ({ id, text: id.toUpperCase(), done: false }));
const ids = (list: readonly Step[]) => list.map((step) => step.id).join("");

describe("a checklist", () => {
  test("takes steps where they were put, and each once", () => {
    expect(ids(changedSteps(steps, { add: [{ id: "d", text: "D" }] }))).toBe("abcd");
    expect(ids(changedSteps(steps, { add: [{ id: "d", text: "D", after_id: "a" }] }))).toBe("adbc");
    expect(ids(changedSteps(steps, { add: [{ id: "d", text: "D", after_id: "gone" }] }))).toBe("abcd");
    expect(ids(changedSteps(steps, { add: [{ id: "a", text: "Again" }] }))).toBe("abc");
    expect(ids(changedSteps([], { add: [{ id: "d", text: "D" }] }))).toBe("d");
  });

  test("is changed without touching what was given", () => {
    const next = changedSteps(steps, { change: [{ id: "b", done: true, text: "New" }, { id: "gone", done: true }], remove: ["a"] });
    expect(next).toEqual([{ id: "b", text: "New", done: true }, steps[2]]);
    expect(steps[1]).toEqual({ id: "b", text: "B", done: false });
  });

  test("moves by one place, and not beyond its ends", () => {
    const moved = (id: string, way: 1 | -1) => ids(changedSteps(steps, movedBy(steps, id, way) ?? {}));
    expect([moved("a", 1), moved("b", 1), moved("c", 1)]).toEqual(["bac", "acb", "abc"]);
    expect([moved("a", -1), moved("b", -1), moved("c", -1)]).toEqual(["abc", "bac", "acb"]);
  });

  test("says what was done to it", () => {
    const [a, b] = steps as [Step, Step];
    expect(stepsChanged([a], [{ ...a, done: true }])).toEqual({ verb: "ticked", text: "A" });
    expect(stepsChanged([{ ...a, done: true }], [a])).toEqual({ verb: "unticked", text: "A" });
    expect(stepsChanged([a], [a, b])).toEqual({ verb: "added the step", text: "B" });
    expect(stepsChanged([a, b], [a])).toEqual({ verb: "removed the step", text: "B" });
    expect(stepsChanged([a], [{ ...a, text: "New" }])).toEqual({ verb: "changed the step", text: "New" });
    expect(stepsChanged([a, b], [b, a])).toBeNull();
  });
});
