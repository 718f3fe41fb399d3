import { useEffect, useState } from "react";

import { plural } from "@/lib/text";

import classes from "./history.module.css";
import { compareTexts, folded, type Piece, type Shown } from "./textdiff";

interface Props {
  before: string;
  after: string;
  /** What it is that changed, for ears. */
  label: string;
}

// More than about twelve lines are shown on demand.
const LONG = 900;
const LINES = 12;

/** Without the empty lines around it, which would only push it down. */
function trimmed(pieces: readonly Shown[]): Shown[] {
  return pieces
    .map((piece, place) => {
      let { text } = piece;
      if (place === 0) text = text.replace(/^\s*\n/, "");
      if (place === pieces.length - 1) text = text.trimEnd();
      return { ...piece, text: text.replace(/\n{3,}/g, "\n\n") };
    })
    .filter((piece) => piece.text !== "");
}

/** What changed in a text: new words underlined, words that went struck through, the rest folded. */
export function TextDiff({ before, after, label }: Props) {
  const [compared, setCompared] = useState<{ before: string; after: string; pieces: Piece[] } | null>(null);
  const [whole, setWhole] = useState(false);
  const [open, setOpen] = useState(false);

  useEffect(() => {
    let here = true;
    void compareTexts(before, after).then((pieces) => {
      if (here) setCompared({ before, after, pieces });
    });
    return () => {
      here = false;
    };
  }, [before, after]);

  if (!compared || compared.before !== before || compared.after !== after) return <div className={classes.diff} aria-busy />;
  const shown = trimmed(whole ? compared.pieces : folded(compared.pieces));
  const text = shown.map((piece) => (piece.mark === "folded" ? "" : piece.text)).join("");
  const long = text.length > LONG || text.split("\n").length > LINES;
  // Nothing of it is the same: what was, and under it what is.
  const apart = text.length > 120 && shown.every((piece) => piece.mark === "added" || piece.mark === "removed");
  return (
    <div className={classes.diff} role="group" aria-label={`What changed in ${label}`}>
      <div className={classes.diffText} data-clamped={(long && !open) || undefined} data-apart={apart || undefined}>
        {shown.map((piece, place) => {
          if (piece.mark === "same") return <span key={place}>{piece.text}</span>;
          if (piece.mark === "folded")
            return (
              <button key={place} type="button" className={classes.fold} onClick={() => setWhole(true)}>
                {plural(piece.words, "word", "words")} unchanged
              </button>
            );
          const Mark = piece.mark === "added" ? "ins" : "del";
          return (
            <Mark key={place} className={classes[piece.mark]}>
              <span className="hw-hidden">{piece.mark === "added" ? "[added: " : "[removed: "}</span>
              {piece.text}
              <span className="hw-hidden">]</span>
            </Mark>
          );
        })}
      </div>
      {long && !open && (
        <button type="button" className={classes.textButton} onClick={() => setOpen(true)}>
          Show all of it
        </button>
      )}
    </div>
  );
}
