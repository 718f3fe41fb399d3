// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

function tokensOf(scheme: string): Map<string, string> {
  const block = new RegExp(`scheme="${scheme}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  return new Map([...block.matchAll(/--hw-([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name ?? "", value ?? ""]));
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ["ground", "canvas", "surface", "float", "hover", "active"];
const words = ["text", "muted"];
const quiet = ["canvas", "surface", "float", "field"];

const pairs = [
  ...grounds.flatMap((ground) => words.map((word) => [word, ground])),
  ...quiet.flatMap((ground) => ["placeholder", "accent", "danger", "warning", "success", "info"].map((word) => [word, ground])),
] as [string, string][];

test.each(["light", "dark"].flatMap((scheme) => pairs.map(([word, ground]) => [scheme, word, ground] as const)))(
  "%s: %s can be read on %s",
  (scheme, word, ground) => {
    const tokens = tokensOf(scheme);
    expect(contrast(tokens.get(word) ?? "", tokens.get(ground) ?? "")).toBeGreaterThanOrEqual(4.5);
  },
);

test.each(["accent-fill", "accent-fill-hover", "danger-fill", "danger-fill-hover"])("white can be read on %s", (fill) => {
  for (const scheme of ["light", "dark"])
    expect(contrast("#ffffff", tokensOf(scheme).get(fill) ?? "")).toBeGreaterThanOrEqual(4.5);
});

const dots = ["gray", "red", "orange", "yellow", "green", "teal", "blue", "indigo", "violet", "pink"];

test.each(dots)("the %s dot can be told from what it lies on", (color) => {
  for (const scheme of ["light", "dark"])
    for (const ground of ["canvas", "surface", "float"]) {
      const tokens = tokensOf(scheme);
      expect(contrast(tokens.get(`c-${color}`) ?? "", tokens.get(ground) ?? "")).toBeGreaterThanOrEqual(3);
    }
});
