import { expect, test } from "vitest";

import type { TokenOut } from "@/api/types";

import { hasEnded, tokenWords } from "./tokens";

const now = new Date("2026-11-23T12:00:00Z");
const token: TokenOut = {
  id: "t",
  name: "nightly",
  created_at: "2026-11-23T11:30:00Z",
  last_used_at: null,
  expires_at: null,
  scopes: ["read", "write"],
};

test("a token says what it is for, and how it has been", () => {
  expect(tokenWords(token, now)).toBe("For read, write · made 30 min ago · never used");
  expect(tokenWords({ ...token, scopes: ["read", "write", "manage", "admin"] }, now)).toContain("For everything");
});

test("a token that ends says when, until it has", () => {
  const ending = { ...token, expires_at: "2026-12-24T12:00:00Z" };
  expect(tokenWords(ending, now)).toMatch(/until .*24/);
  expect(hasEnded(ending, now)).toBe(false);
  expect(hasEnded({ ...token, expires_at: "2026-11-23T12:00:00Z" }, now)).toBe(true);
  expect(hasEnded(token, now)).toBe(false);
});
