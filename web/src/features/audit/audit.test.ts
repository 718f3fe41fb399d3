import { expect, test } from "vitest";

import type { AuditEntryOut } from "@/api/types";

import { actorWords, actWords, wayWords } from "./audit";

const entry = (act: string, more: Partial<AuditEntryOut> = {}): AuditEntryOut => ({
  id: "1",
  at: "2026-11-23T12:00:00Z",
  act,
  by: { id: "ada", name: "Ada" },
  means: "web",
  about_id: "ben",
  about: "Ben",
  workspace_id: null,
  workspace: null,
  address: "192.0.2.7",
  details: {},
  ...more,
});

test.each([
  [entry("person.suspended"), "suspended Ben"],
  [entry("member.role_changed", { details: { role: "admin", before: "member" } }), "changed the role of Ben from member to admin"],
  [entry("admin.revoked"), "took the server’s administration from Ben"],
  [entry("trash.emptied", { details: { kind: "task", things: 3 } }), "emptied the trash of 3 tasks"],
  [
    entry("token.created", { about: null, details: { name: "CI", scopes: ["read"], expires_at: null } }),
    "made the token “CI” for read",
  ],
  [entry("something.quite_new", { about: null }), "something quite new"],
])("%# what was done, in words", (one, words) => {
  expect(actWords(one)).toBe(words);
});

test("who did it and from where", () => {
  expect(actorWords(entry("x.y"))).toBe("Ada");
  expect(actorWords(entry("x.y", { by: null, means: "cli" }))).toBe("The command line");
  expect(actorWords(entry("x.y", { by: null, means: "server" }))).toBe("The server");
  expect(wayWords(entry("x.y", { workspace: "Here" }), false)).toEqual(["Here", "in the browser", "192.0.2.7"]);
  expect(wayWords(entry("x.y", { workspace: "Here", address: null }), true)).toEqual(["in the browser"]);
});
