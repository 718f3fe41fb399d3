import { describe, expect, it } from "vitest";

import { jobWords, standingWords } from "./jobs";

const none = { waiting: 0, trying: 0, overdue_seconds: 0, dead_count: 0, dead: [] };

describe("how jobs stand", () => {
  it("is one sentence", () => {
    expect(standingWords(none)).toBe("Nothing is waiting.");
    expect(standingWords({ ...none, waiting: 2 })).toBe("2 waiting.");
    expect(standingWords({ ...none, waiting: 2, trying: 1 })).toBe("2 waiting, 1 being done or tried again.");
  });

  it("asks for a worker when nobody does any", () => {
    expect(standingWords({ ...none, waiting: 2, overdue_seconds: 180 })).toContain("Is a worker running?");
  });

  it("shows the name of a job it does not know", () => {
    expect(jobWords("letter")).toBe("Letter");
    expect(jobWords("webhook")).toBe("webhook");
  });
});
