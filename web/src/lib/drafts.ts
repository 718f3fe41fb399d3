import { useCallback, useState } from "react";

/** What was typed and not yet saved, and the version of the thing it was typed over. */
export interface Draft {
  text: string;
  version: number;
}

// Whose drafts these are: two people may use one browser, and neither finds the other's words.
let owner = "nobody";

/** From here on drafts are this person's. Those of others stay where they are until they come back. */
export function ownDrafts(person: string): void {
  owner = person;
}

const nameOf = (key: string) => `headway-draft-${owner}-${key}`;

export function readDraft(key: string): Draft | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(nameOf(key)) ?? "null");
    if (kept === null || typeof kept !== "object" || !("text" in kept) || typeof kept.text !== "string") return null;
    return { text: kept.text, version: "version" in kept ? Number(kept.version) : 0 };
  } catch {
    return null;
  }
}

export function keepDraft(key: string, draft: Draft): void {
  try {
    localStorage.setItem(nameOf(key), JSON.stringify(draft));
  } catch {
    // Storage is off or full; the text is still on the screen.
  }
}

export function dropDraft(key: string): void {
  try {
    localStorage.removeItem(nameOf(key));
  } catch {
    // There was nothing to drop.
  }
}

/** A draft that outlives the page. Give the component a `key` of the same thing: it is read once. */
export function useDraft(key: string) {
  const [draft, setDraft] = useState(() => readDraft(key));
  const keep = useCallback(
    (next: Draft) => {
      keepDraft(key, next);
      setDraft(next);
    },
    [key],
  );
  const drop = useCallback(() => {
    dropDraft(key);
    setDraft(null);
  }, [key]);
  return { draft, keep, drop };
}
