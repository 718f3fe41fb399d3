import { expect, test } from "vitest";

import { browserWords, initialsOf, stableIndex, suggestKey, numberIn } from "./text";

test.each([
  ["Ada Lovelace", "AL"],
  ["ada", "A"],
  ["  Grace  Brewster Hopper ", "GH"],
  ["李 小龙", "李小"],
  ["", "?"],
])("initials of %j are %j", (name, initials) => expect(initialsOf(name)).toBe(initials));

test.each([
  ["Mobile app", [], "MA"],
  ["Headway", [], "HEAD"],
  ["2024 roadmap", [], "R"],
  ["Größe & Maß", [], "GM"],
  ["Mobile app", ["MA"], "MA2"],
  ["登录", [], ""],
])("the key suggested for %j beside %j is %j", (name, taken, key) => expect(suggestKey(name, taken)).toBe(key));

test("a person keeps their colour", () => {
  expect(stableIndex("0190", 8)).toBe(stableIndex("0190", 8));
  expect(new Set(Array.from({ length: 100 }, (_, one) => stableIndex(`person-${one}`, 8))).size).toBe(8);
});

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on macOS"],
  ["curl/8.1", "curl"],
  ["", "Unknown browser"],
])("%j is %j", (agent, words) => expect(browserWords(agent)).toBe(words));

test.each([
  ["", null], [" 3 ", 3], ["2.5", 2.5], ["2,5", 2.5], ["0", 0], ["-1", undefined], ["1e3", undefined], ["three", undefined], ["1.234", undefined], ["1234567", undefined],
])("the number in %j is %j", (text, number) => {
  expect(numberIn(text)).toBe(number);
});
