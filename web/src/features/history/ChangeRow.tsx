import { useState } from "react";

import type { ChangeOut, Happened } from "@/api/types";
import { agoWords, momentWords, timeWords } from "@/lib/dates";
import { IconArrowBackUp, IconArrowForwardUp } from "@/ui/icons";
import { PersonFace } from "@/ui/People";

import { fieldsOf, fieldWords, isText } from "./fields";
import classes from "./history.module.css";
import type { Names } from "./names";
import { isSmall } from "./outcome";
import { Sentence } from "./Sentence";
import { actorWords, changeWords, isUndo, isUndoable, meansWords, type View } from "./sentences";
import { TextDiff } from "./TextDiff";
import { ask, undoChange } from "./undo";
import { plainOf } from "./words";

interface Props {
  change: ChangeOut;
  names: Names;
  me: string;
  mayUndo: boolean;
  /** Looked at from this one thing: what happened to it alone is told and undone. */
  about?: string;
  /** Between comments, where it is beside the point. */
  quiet?: boolean;
  /** What is not shown of a filtered change would be undone unseen. */
  partly?: boolean;
  /** Opens all that it did. */
  onOpen?: ((change: string) => void) | undefined;
}

/** One change: who, what, when, by what means, what changed in its texts, and a way back. */
export function ChangeRow({ change, names, me, mayUndo, about, quiet = false, partly = false, onOpen }: Props) {
  const view: View = { about: about !== undefined, texts: true };
  const sentence = changeWords(change, names, view);
  const actor = actorWords(change, names);
  const means = meansWords(change);
  const single = change.count === 1 ? change.events[0] : undefined;
  const undoneBy = change.undone_by ? names.changes.get(change.undone_by)?.by : undefined;
  const undoneName = undoneBy && undoneBy !== change.by ? names.people.get(undoneBy) : undefined;
  return (
    <li className={classes.row} data-quiet={quiet || undefined} data-undone={change.undone_by !== null || undefined}>
      <span className={classes.who}>
        <PersonFace person={{ person_id: change.by ?? "", name: actor, placeholder: change.by === null }} size={quiet ? 16 : 22} />
      </span>
      <div className={classes.what}>
        <p className={classes.line}>
          <span className={classes.actor}>{actor}</span> <Sentence words={sentence} />
          {means && <span className={classes.means}> {means}</span>}
          {/* Where there is no room for a column of times. */}
          <time className={classes.when} dateTime={change.at} title={momentWords(change.at)}>
            {quiet ? agoWords(change.at) : timeWords(change.at)}
          </time>
          {change.undone_by !== null && (
            <span className={classes.undone}>{undoneName ? `Undone by ${undoneName}` : "Undone"}</span>
          )}
        </p>
        {single && <Texts event={single} />}
        {change.count > 1 && onOpen && (
          <button type="button" className={classes.textButton} onClick={() => onOpen(change.id)}>
            Show all {change.count}
          </button>
        )}
      </div>
      {!quiet && (
        <time className={classes.time} dateTime={change.at} title={momentWords(change.at)}>
          {timeWords(change.at)}
        </time>
      )}
      {mayUndo && change.undone_by === null && isUndoable(change) ? (
        <UndoButton change={change} names={names} asks={partly || !isSmall(change, me)} only={about} words={`${actor} ${plainOf(sentence)}`} />
      ) : (
        <span className={classes.noUndo} />
      )}
    </li>
  );
}

interface UndoProps {
  change: ChangeOut;
  names: Names;
  asks: boolean;
  only: string | undefined;
  words: string;
}

function UndoButton({ change, names, asks, only, words }: UndoProps) {
  const [busy, setBusy] = useState(false);
  const again = isUndo(change, names);
  const name = again ? "Redo" : "Undo";
  const things = only === undefined ? undefined : [only];

  async function run() {
    if (asks) return ask({ change: change.id, again, only: things });
    setBusy(true);
    await undoChange(change.id, again, things);
    setBusy(false);
  }

  return (
    <button type="button" className={classes.undo} disabled={busy} aria-label={`${name}: ${words}`} onClick={() => void run()}>
      {again ? <IconArrowForwardUp size={14} /> : <IconArrowBackUp size={14} />}
      <span className={classes.undoName}>{name}</span>
    </button>
  );
}

/** What somebody wrote, or what changed in it. */
export function Texts({ event }: { event: Happened }) {
  const { kind, before, after } = event;
  if (kind === "comment.created" || kind === "comment.deleted") {
    const body = after?.body ?? before?.body;
    return typeof body === "string" && body ? <Quote text={body} /> : null;
  }
  if (!kind.endsWith(".changed") || !before || !after) return null;
  const texts = fieldsOf(before, after).filter(isText);
  return texts.map((field) => {
    const [old, now] = [String(before[field] ?? ""), String(after[field] ?? "")];
    // All of it is new: marking every word would only make it hard to read.
    if (!old.trim()) return <Quote key={field} text={now} />;
    return <TextDiff key={field} before={old} after={now} label={`the ${fieldWords(field)}`} />;
  });
}

const FEW_LINES = 280;

function Quote({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  const long = text.length > FEW_LINES || text.split("\n").length > 4;
  return (
    <>
      <p className={classes.quote} data-open={open || undefined}>
        {text.trim()}
      </p>
      {long && !open && (
        <button type="button" className={classes.textButton} onClick={() => setOpen(true)}>
          Show all of it
        </button>
      )}
    </>
  );
}
