import { expect, test } from "vitest";

import { bothOf } from "./both";

test.each([
  ["Name the boat", "Name the boat Petrel", "Name the boat Albatross", "Name the boat Petrel Albatross"],
  ["Paint the hull", "Paint the whole hull", "Sand and paint the hull", "Sand and paint the whole hull"],
  ["one\ntwo\n", "one\ntwo\ntheirs\n", "one\ntwo\nmine\n", "one\ntwo\ntheirs\nmine\n"],
  ["", "Theirs", "Mine", "Theirs Mine"],
  ["gone", "", "mine", "mine"],
  ["Second battery under the box", "Second battery under the box by Friday", "A title written on a train",
    "Second battery under the box by Friday A title written on a train"],
  ["same", "new", "new", "new"],
])("both of %j: %j and %j", async (base, theirs, yours, both) => expect(await bothOf(base, theirs, yours)).toBe(both));
