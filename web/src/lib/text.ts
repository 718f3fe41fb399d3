/** Two letters at most, from the first and the last word. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0] ?? "";
  const last = words.length > 1 ? (words[words.length - 1] ?? "") : "";
  return ([...first][0] ?? "?").toUpperCase() + ([...last][0] ?? "").toUpperCase();
}

/** The same number for the same text, everywhere: faces keep their colour. */
export function stableIndex(text: string, size: number): number {
  let hash = 2166136261;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return (hash >>> 0) % size;
}

/** A project's key from its name: "Mobile app" -> "MA", "Headway" -> "HEAD"; one that `taken` does not hold. */
export function suggestKey(name: string, taken: readonly string[] = []): string {
  const plain = name.normalize("NFKD").replace(/[^\p{L}\p{N}\s-]/gu, "");
  const words = plain
    .split(/[\s-]+/)
    .map((word) => word.replace(/[^A-Za-z0-9]/g, ""))
    .filter(Boolean);
  const base = words.length > 1 ? words.map((word) => word[0]).join("") : (words[0] ?? "").slice(0, 4);
  const key = base.toUpperCase().replace(/^[0-9]+/, "").slice(0, 6);
  if (!key) return "";
  if (!taken.includes(key)) return key;
  for (let next = 2; next < 100; next += 1) if (!taken.includes(`${key}${next}`)) return `${key}${next}`;
  return key;
}

export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

const browsers: readonly [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const systems: readonly [RegExp, string][] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS/, "macOS"],
  [/Linux/, "Linux"],
];

/** "Firefox on Linux" from a user agent; the program's own word where it is no browser. */
export function browserWords(agent: string): string {
  const browser = browsers.find(([pattern]) => pattern.test(agent))?.[1];
  const system = systems.find(([pattern]) => pattern.test(agent))?.[1];
  if (browser) return system ? `${browser} on ${system}` : browser;
  return agent.split(/[\s/]/)[0] || "Unknown browser";
}

/** What words are compared by: without case and accents, like the server's sort key. */
export function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");
}

/** The number that somebody wrote, with a point or a comma: null for nothing, undefined for what is none or out of reach. */
export function numberIn(text: string): number | null | undefined {
  const written = text.trim().replace(",", ".");
  if (written === "") return null;
  return /^\d{1,6}(\.\d{1,2})?$/.test(written) ? Number(written) : undefined;
}
