/** A stretch of two texts laid over each other. */
export interface Piece {
  text: string;
  mark: "same" | "added" | "removed";
}

/** What is shown of it: long stretches that are the same are folded away. */
export type Shown = Piece | { text: string; mark: "folded"; words: number };

// Comparing takes time with the product of text and change; beyond this the whole text counts as written anew.
const PATIENCE = 400;
// With less in common than this, the two texts word by word would be a puzzle.
const ALIKE = 0.25;
const unspaced = /[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3040-\u30FF\u3400-\u9FFF]/;

/** Which words came and which went. The library is fetched when the first text is compared. */
export async function compareTexts(before: string, after: string): Promise<Piece[]> {
  if (before === after) return before ? [{ text: before, mark: "same" }] : [];
  if (!before || !after) return rewritten(before, after);
  // Offline the library may not come; the whole texts say it too.
  const library = await import("diff/lib/diff/array.js").catch(() => null);
  const changes = library?.diffArrays(tokensOf(before), tokensOf(after), { timeout: PATIENCE });
  if (!changes) return rewritten(before, after);
  const pieces = changes.map((change): Piece => ({
    text: change.value.join(""),
    mark: change.added ? "added" : change.removed ? "removed" : "same",
  }));
  const same = pieces.reduce((sum, one) => (one.mark === "same" ? sum + one.text.trim().length : sum), 0);
  return same < ALIKE * Math.min(before.length, after.length) ? rewritten(before, after) : joined(pieces);
}

function rewritten(before: string, after: string): Piece[] {
  const pieces: Piece[] = [
    { text: before, mark: "removed" },
    { text: after, mark: "added" },
  ];
  return pieces.filter((one) => one.text !== "");
}

/** Words, and what stands between them. Chinese, Japanese and Thai put nothing between: the browser knows theirs. */
export function tokensOf(text: string): string[] {
  if (unspaced.test(text) && typeof Intl.Segmenter === "function")
    return Array.from(new Intl.Segmenter(undefined, { granularity: "word" }).segment(text), (one) => one.segment);
  return text.match(/[\p{L}\p{N}\p{M}_]+|\n|[^\S\n]+|[^\p{L}\p{N}\p{M}_\s]/gu) ?? [];
}

/** A blank between two new words is not worth a mark of its own: "two new words", not three changes. */
function joined(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  let removed = "";
  let added = "";
  const flush = () => {
    // A blank that both end with did not change.
    const blank = removed && added ? (/[^\S\n]+$/.exec(removed)?.[0] ?? "") : "";
    const kept = blank && added.endsWith(blank) && added.length > blank.length && removed.length > blank.length ? blank.length : 0;
    if (removed) out.push({ text: removed.slice(0, removed.length - kept), mark: "removed" });
    if (added) out.push({ text: added.slice(0, added.length - kept), mark: "added" });
    if (kept) out.push({ text: blank, mark: "same" });
    removed = added = "";
  };
  pieces.forEach((one, place) => {
    if (one.mark === "removed") removed += one.text;
    else if (one.mark === "added") added += one.text;
    else if ((removed || added) && /^[^\S\n]+$/.test(one.text) && place < pieces.length - 1) {
      if (removed) removed += one.text;
      if (added) added += one.text;
      if (!removed || !added) {
        // Only one side has words there, so the blank belongs to both.
        const side = removed ? "removed" : "added";
        const text = (removed || added).slice(0, -one.text.length);
        removed = added = "";
        out.push({ text, mark: side }, { text: one.text, mark: "same" });
      }
    } else {
      flush();
      const last = out.at(-1);
      if (one.mark === "same" && last?.mark === "same") last.text += one.text;
      else out.push({ ...one });
    }
  });
  flush();
  return out;
}

const countWords = (text: string) => text.match(/[\p{L}\p{N}\p{M}_]+/gu)?.length ?? 0;

/** Folds what is the same, but for a few words on either side of each change. */
export function folded(pieces: readonly Piece[], around = 8): Shown[] {
  return pieces.flatMap((piece, place): Shown[] => {
    if (piece.mark !== "same") return [piece];
    const before = place === 0 ? 0 : around;
    const after = place === pieces.length - 1 ? 0 : around;
    const head = firstWords(piece.text, before);
    const tail = lastWords(piece.text, after);
    const middle = piece.text.slice(head.length, piece.text.length - tail.length);
    const hidden = head.length + tail.length < piece.text.length ? countWords(middle) : 0;
    // A fold that hides less than it takes to say so is none.
    if (hidden < 12) return [piece];
    const shown: Shown[] = [
      { text: head, mark: "same" },
      { text: middle, mark: "folded", words: hidden },
      { text: tail, mark: "same" },
    ];
    return shown.filter((one) => one.text !== "");
  });
}

function firstWords(text: string, count: number): string {
  if (count === 0) return "";
  return text.match(new RegExp(`^(?:[^\\p{L}\\p{N}]*[\\p{L}\\p{N}\\p{M}_]+){0,${count}}`, "u"))?.[0] ?? "";
}

function lastWords(text: string, count: number): string {
  if (count === 0) return "";
  return text.match(new RegExp(`(?:[\\p{L}\\p{N}\\p{M}_]+[^\\p{L}\\p{N}]*){0,${count}}$`, "u"))?.[0] ?? "";
}
