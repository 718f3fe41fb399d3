// Writes src/ui/icons.tsx: the icons that the sources import from "@/ui/icons", taken from Tabler's set (MIT).
// The whole set is 18,000 files, more than everything else together, so it is fetched only here: npm run icons.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SET = "@tabler/icons@3.51.0";
const source = new URL("../src/", import.meta.url).pathname;
const target = join(source, "ui/icons.tsx");

const names = new Set();
for (const file of readdirSync(source, { recursive: true })) {
  if (!/\.tsx?$/.test(file) || file === join("ui", "icons.tsx")) continue;
  const text = readFileSync(join(source, file), "utf8");
  for (const [, list] of text.matchAll(/import\s*\{([^}]*)\}\s*from\s*"(?:@\/ui|\.)\/icons"/g))
    for (const name of list.split(",")) if (name.trim().startsWith("Icon")) names.add(name.trim());
}

const folder = mkdtempSync(join(tmpdir(), "headway-icons-"));
try {
  const archive = execFileSync("npm", ["pack", "--silent", SET], { cwd: folder, encoding: "utf8" }).trim();
  const read = (set) =>
    JSON.parse(
      execFileSync("tar", ["-xOf", archive, `package/tabler-nodes-${set}.json`], { cwd: folder, maxBuffer: 1 << 26 }),
    );
  const outline = read("outline");
  const kebab = (name) =>
    name
      .slice(4)
      .replace(/([a-z])([A-Z])/g, "$1-$2")
      .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
      .replace(/([a-z])(\d)/gi, "$1-$2")
      .toLowerCase();
  const lines = [...names].sort().map((name) => {
    const nodes = outline[kebab(name)];
    if (!nodes) throw new Error(`Tabler has no outline icon for ${name} (${kebab(name)})`);
    const paths = nodes.map(([, attributes]) => attributes.d);
    if (paths.some((path) => !path?.startsWith("M"))) throw new Error(`${name} is not made of paths alone`);
    return `export const ${name} = icon(${JSON.stringify(paths.join(""))});`;
  });
  const head = readFileSync(target, "utf8").split("// Generated below")[0];
  writeFileSync(target, `${head}// Generated below by "npm run icons".\n${lines.join("\n")}\n`);
  process.stdout.write(`${lines.length} icons\n`);
} finally {
  rmSync(folder, { recursive: true });
}
