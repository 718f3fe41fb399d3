import { expect, test } from "vitest";

import { characters, completed, marked } from "./completing";

const place = (begins: number, ends: number) => ({ begins, ends, items: [] });

test("places are counted in characters, as the server does", () => {
  expect(characters("🎉 due", 4)).toBe(3);
  expect(marked("🎉 due<soon x", 6, 10)).toEqual(["🎉 due<", "soon", " x"]);
  expect(marked("due:", 4, 4)).toEqual(["due:", " ", ""]);
});

test("a completion takes the place of what is there", () => {
  expect(completed("bug ass", place(4, 7), { text: "assignee:", what: "field" })).toEqual(["bug assignee:", 13]);
  expect(completed("label:nee", place(6, 9), { text: '"needs review"', what: "label" })).toEqual(['label:"needs review" ', 21]);
  expect(completed("project:f", place(8, 9), { text: "FI", what: "field" })).toEqual(["project:FI ", 11]);
  expect(completed("(-ass", place(2, 5), { text: "assignee:", what: "field" })).toEqual(["(-assignee:", 11]);
  expect(completed("🎉 is:o bug", place(5, 6), { text: "open", what: "value" })).toEqual(["🎉 is:open bug", 10]);
  expect(completed("(is:o)", place(4, 5), { text: "open", what: "value" })).toEqual(["(is:open)", 8]);
});
