import { useEffect, useRef, useState } from "react";

import { momentWords } from "@/lib/dates";
import { IconX } from "@/ui/icons";

import { getLastLook, putLastLook } from "./api";
import classes from "./past.module.css";

// Seconds that a board has to be before somebody's eyes to count as looked at.
const LOOKED = 5_000;

interface Props {
  project: string;
  /** The revision that the board shows. */
  revision: number;
  onShow: (from: string) => void;
}

interface Missed {
  revision: number;
  at: string;
  changes: number;
}

/** What others did since I last looked, in a line that goes away by itself when there is nothing to tell. */
export function LookLine({ project, revision, onShow }: Props) {
  const [missed, setMissed] = useState<Missed | null>(null);
  useLooking(project, revision, setMissed);
  if (!missed) return null;
  const count = missed.changes === 1 ? "1 change by others" : `${missed.changes.toLocaleString()} changes by others`;
  return (
    <div className={classes.look} role="status">
      <span>
        {count} since you last looked, {momentWords(missed.at)}.
      </span>
      <button type="button" className={classes.lookShow} onClick={() => onShow(String(missed.revision))}>
        Show them
      </button>
      <button type="button" className={classes.lookAway} aria-label="Dismiss" onClick={() => setMissed(null)}>
        <IconX size={13} />
      </button>
    </div>
  );
}

/** Asks once what was missed, then keeps note of how far one has seen: while the page is looked at, and on leaving. */
function useLooking(project: string, revision: number, onMissed: (missed: Missed | null) => void) {
  const seen = useRef(revision);
  const noted = useRef(0);
  const asked = useRef(false);
  useEffect(() => {
    seen.current = revision;
  }, [revision]);

  useEffect(() => {
    let gone = false;
    asked.current = false;
    // Whoever cannot be told what they missed still sees the board: it is not worth a complaint.
    const asking = getLastLook(project)
      .then((look) => {
        if (!gone && look.revision !== null && look.at !== null && look.changes > 0)
          onMissed({ revision: look.revision, at: look.at, changes: look.changes });
      })
      .catch(() => undefined)
      .finally(() => (asked.current = true));

    function note() {
      if (!asked.current || document.visibilityState !== "visible" || noted.current >= seen.current) return;
      noted.current = seen.current;
      void putLastLook(project, seen.current).catch(() => (noted.current = 0));
    }
    const timer = setInterval(note, LOOKED);
    return () => {
      gone = true;
      clearInterval(timer);
      void asking.then(note);
    };
  }, [project, onMissed]);
}
