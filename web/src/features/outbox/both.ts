import { compareTexts, tokensOf } from "@/features/history/textdiff";

const isSpace = (text: string) => /^\s*$/.test(text);

/** Between two versions of one place: a line each where either has several, else side by side. */
function beside(theirs: string, yours: string): string {
  if (isSpace(theirs)) return yours || theirs;
  if (isSpace(yours)) return theirs;
  if (/\n/.test(theirs) || /\n/.test(yours)) return `${theirs}${theirs.endsWith("\n") ? "" : "\n"}${yours}`;
  return /\s$/.test(theirs) || /^\s/.test(yours) ? theirs + yours : `${theirs} ${yours}`;
}

/**
 * One text with what both made of it: every edit that stands alone, and where both changed the same words, theirs and
 * then mine. A proposal, to be looked over. The library is fetched when the first conflict wants it.
 */
export async function bothOf(base: string, theirs: string, yours: string): Promise<string> {
  if (theirs === yours) return yours;
  // Word by word, a text that one of them wrote anew would end up in shreds.
  for (const side of [theirs, yours])
    if (base && side && !(await compareTexts(base, side)).some((piece) => piece.mark === "same")) return beside(theirs, yours);
  const { diff3Merge } = await import("node-diff3");
  const merged = diff3Merge(tokensOf(theirs), tokensOf(base), tokensOf(yours), { excludeFalseConflicts: true });
  return merged.map((part) => (part.ok ? part.ok.join("") : part.conflict ? beside(part.conflict.a.join(""), part.conflict.b.join("")) : "")).join("");
}
