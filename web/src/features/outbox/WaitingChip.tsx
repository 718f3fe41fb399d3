import { useState } from "react";

import { agoWords } from "@/lib/dates";
import { copyText } from "@/lib/insecure";
import { plural } from "@/lib/text";
import { theOutbox, useIsWaiting, useWaiting } from "@/live/useOutbox";
import { isConflict, type Waiting } from "@/live/waiting";
import { Float } from "@/ui/Float";
import { IconCloudOff, IconX } from "@/ui/icons";
import { toast } from "@/ui/toast";

import { openRefused } from "./opened";
import classes from "./outbox.module.css";
import { wordsOf } from "./settle";

/** By the light: what is not saved yet. Nothing where everything is. */
export function WaitingChip() {
  const items = useWaiting().filter((item) => item.state !== "fresh");
  const [open, setOpen] = useState(false);
  const refused = items.filter((item) => item.state === "refused").length;
  const words = refused > 0 ? `${plural(refused, "change", "changes")} not saved` : `${plural(items.length, "change", "changes")} waiting`;
  if (items.length === 0) return null;
  return (
    <Float
      open={open}
      onClose={() => setOpen(false)}
      label="Not saved yet"
      width={360}
      at={
        <button type="button" className={classes.chip} data-tone={refused > 0 ? "danger" : undefined} aria-label={words} onClick={() => setOpen(!open)}>
          <IconCloudOff size={14} />
          <span className={classes.chipWords}>{words}</span>
          <span className={classes.chipCount}>{refused || items.length}</span>
        </button>
      }
    >
      <ul className={classes.list}>
        {items.map((item) => (
          <Line key={item.id} item={item} onOpen={() => setOpen(false)} />
        ))}
      </ul>
      {refused < items.length && (
        <p className={classes.listFoot} style={{ margin: 0 }}>
          <span>{items.every(theOutbox().isKept) ? "Kept in this browser, sent when the connection returns." : "This browser keeps nothing: leave this page open."}</span>
          <button type="button" className={classes.textButton} onClick={() => theOutbox().wake()}>
            Try now
          </button>
        </p>
      )}
    </Float>
  );
}

function Line({ item, onOpen }: { item: Waiting; onOpen: () => void }) {
  const refused = item.state === "refused";
  const sending = !refused && theOutbox().isSending(item);
  return (
    <li className={classes.line}>
      <span className={classes.lineText}>
        <span className={classes.lineName} title={item.name}>
          {item.name}
        </span>
        <span className={classes.lineWhat}>
          {item.what}, {sending ? "on its way" : agoWords(item.at)}
        </span>
        {refused && (
          <span className={classes.lineWhat} data-tone="danger">
            {item.refusal?.detail}
          </span>
        )}
        {refused && (
          <span className={classes.lineActions}>
            <button
              type="button"
              className={classes.textButton}
              onClick={() => {
                onOpen();
                openRefused(item.id);
              }}
            >
              {isConflict(item) ? "Settle it" : "Look at it"}
            </button>
            <CopyButton item={item} />
          </span>
        )}
      </span>
      <button
        type="button"
        className={classes.drop}
        aria-label={`Drop: ${item.what} of ${item.name}`}
        title="Drop this change"
        disabled={sending}
        onClick={() => theOutbox().drop(item.id)}
      >
        <IconX size={14} />
      </button>
    </li>
  );
}

export function CopyButton({ item }: { item: Waiting }) {
  async function copy() {
    const copied = await copyText(wordsOf(item));
    toast(copied ? { words: "Copied." } : { words: "This browser does not let us copy. Select the words by hand.", tone: "danger" });
  }
  return (
    <button type="button" className={classes.textButton} onClick={() => void copy()}>
      Copy
    </button>
  );
}

/** Quiet, on whatever is shown as it will be. */
export function NotSaved({ id }: { id: string }) {
  if (!useIsWaiting(id)) return null;
  return (
    <span className={classes.mark} data-waiting>
      <IconCloudOff size={12} /> Not saved yet
    </span>
  );
}

/** In the place of a number that a new task does not have yet. */
export function NewMark({ id }: { id: string }) {
  return useIsWaiting(id) ? <NotSaved id={id} /> : <span className="hw-muted">Saving</span>;
}
