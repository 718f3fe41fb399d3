import { afterEach, expect, test, vi } from "vitest";

import { copyText, localId } from "./insecure";

afterEach(() => vi.unstubAllGlobals());

test("ids differ", () => expect(new Set(Array.from({ length: 100 }, localId)).size).toBe(100));

test("without a clipboard the text is copied by selecting it, and nothing of that stays", async () => {
  vi.stubGlobal("navigator", {});
  let selected = "";
  document.execCommand = vi.fn(() => {
    selected = document.querySelector("textarea")?.value ?? "";
    return true;
  });
  expect(await copyText("hw_secret")).toBe(true);
  expect(selected).toBe("hw_secret");
  expect(document.querySelector("textarea")).toBeNull();
});
