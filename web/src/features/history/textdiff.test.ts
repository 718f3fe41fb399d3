import { expect, test } from "vitest";

import { compareTexts, folded, tokensOf, type Piece } from "./textdiff";

const marks = { same: ["", ""], added: ["{+", "+}"], removed: ["[-", "-]"] } as const;
const written = (pieces: readonly Piece[]) => pieces.map((one) => marks[one.mark].join(one.text)).join("");

test.each([
  ["Fix login", "Fix log-in soon", "Fix [-login-]{+log-in soon+}"],
  ["Tighten the mast", "Tighten the main mast", "Tighten the {+main +}mast"],
  ["one two three four five", "one 2 3 four five", "one [-two three-]{+2 3+} four five"],
  ["same", "same", "same"],
  ["", "new", "{+new+}"],
  ["old", "", "[-old-]"],
  ["nothing in common here", "quite another text", "[-nothing in common here-]{+quite another text+}"],
  ["a line\nanother line", "a line\na new line\nanother line", "a line\n{+a new line\n+}another line"],
  ["请修复登录问题", "请修复注册问题", "请修复[-登录-]{+注册+}问题"],
])("%j to %j", async (before, after, diff) => expect(written(await compareTexts(before, after))).toBe(diff));

test("both texts can be read back from the pieces", async () => {
  const before = "The quick  brown fox, it jumps\n\n- over\n- the lazy dog (twice).";
  const after = "The quick red fox jumps\n\n- over\n- two lazy dogs, twice.";
  const pieces = await compareTexts(before, after);
  const read = (without: Piece["mark"]) => pieces.filter((one) => one.mark !== without).map((one) => one.text).join("");
  expect(read("added")).toBe(before);
  expect(read("removed")).toBe(after);
});

test("no token loses a letter", () => {
  const text = "Zwölf  Boxkämpfer\tjagen – “Viktor” 🚢 e\u0301t\n\nquer";
  expect(tokensOf(text).join("")).toBe(text);
});

test("a long text is compared in time, or counts as written anew", async () => {
  const words = (seed: number) => Array.from({ length: 8000 }, (_, place) => `w${(place * seed) % 977}`).join(" ");
  const start = Date.now();
  const pieces = await compareTexts(words(7), words(13));
  expect(pieces.length).toBeGreaterThan(0);
  expect(Date.now() - start).toBeLessThan(4000);
});

test("what is the same is folded but for its edges", () => {
  const long = Array.from({ length: 40 }, (_, place) => `w${place}`).join(" ");
  const shown = folded([{ text: `${long} `, mark: "same" }, { text: "new", mark: "added" }, { text: ` ${long}`, mark: "same" }], 3);
  expect(shown.map((one) => ("words" in one ? one.words : one.text))).toEqual([37, "w37 w38 w39 ", "new", " w0 w1 w2", 37]);
  expect(shown.map((one) => one.text).join("")).toBe(`${long} new ${long}`);
  expect(folded([{ text: "short", mark: "same" }, { text: "x", mark: "added" }])).toHaveLength(2);
});
