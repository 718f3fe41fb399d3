import { expect, test } from "vitest";

import { ProblemError } from "@/lib/problem";

import { wantedBy, wantedIn } from "./factors";
import { toBytes, toText } from "./webauthn";

test("bytes go to base64url and back", () => {
  for (const length of [0, 1, 2, 3, 32, 255]) {
    const bytes = Uint8Array.from({ length }, (_, place) => (place * 7 + 250) % 256);
    const text = toText(bytes.buffer);
    expect(text).toMatch(/^[\w-]*$/);
    expect(toBytes(text)).toEqual(bytes);
  }
});

test("a second step is read from a refusal and from an address", () => {
  const refusal = new ProblemError(401, "second_factor", "One more step.", { ticket: "t", kinds: ["totp"] });
  expect(wantedBy(refusal)).toEqual({ ticket: "t", kinds: ["totp"] });
  expect(wantedBy(new ProblemError(401, "credentials", "No."))).toBeNull();
  expect(wantedIn("ticket=a-b_c&kinds=passkey,recovery")).toEqual({ ticket: "a-b_c", kinds: ["passkey", "recovery"] });
  expect(wantedIn("anything else")).toBeNull();
});
