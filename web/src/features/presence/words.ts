const firstName = (name: string) => name.split(/\s+/)[0] ?? name;

/** "Ben is typing…", "Ben and Cleo are typing…", "Ben and 2 others are typing…"; nothing when nobody is. */
export function typingWords(names: readonly string[]): string {
  const [one, two] = names.map(firstName);
  if (one === undefined) return "";
  if (two === undefined) return `${one} is typing…`;
  return names.length === 2 ? `${one} and ${two} are typing…` : `${one} and ${names.length - 1} others are typing…`;
}

export function hereWords(names: readonly string[], what: string): string {
  const last = names.at(-1);
  if (last === undefined) return "";
  const who = names.length === 1 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
  return `${who} ${names.length === 1 ? "has" : "have"} ${what} open`;
}
