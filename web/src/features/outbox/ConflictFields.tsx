import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { ConflictOut } from "@/api/types";
import { compareTexts, folded, type Shown } from "@/features/history/textdiff";
import { agoWords } from "@/lib/dates";
import { useDraft } from "@/lib/drafts";
import type { Waiting } from "@/live/waiting";

import { bothOf } from "./both";
import classes from "./outbox.module.css";
import { conflictsOf, settle, type Choice } from "./settle";

interface Props {
  item: Waiting;
  /** What people call a field ("the title") and a value of it. */
  fieldWords: (field: string) => string;
  valueWords: (field: string, value: unknown) => string;
  onSettled?: () => void;
}

const texts = new Set(["title", "description", "body", "name"]);

/** Somebody changed the same thing first: what was there, what they and I made of it, and a choice for each field. */
export function ConflictFields({ item, fieldWords, valueWords, onSettled }: Props) {
  const [choices, setChoices] = useState<Record<string, Choice>>({});
  const conflicts = conflictsOf(item);
  const left = conflicts.filter((one) => choices[one.field] === undefined);

  function choose(field: string, choice: Choice) {
    const next = { ...choices, [field]: choice };
    setChoices(next);
    if (conflicts.some((one) => next[one.field] === undefined)) return;
    settle(item, next);
    onSettled?.();
  }

  return left.map((one) => (
    <OneConflict
      key={one.field}
      draft={`both-${item.thing}-${one.field}`}
      conflict={one}
      what={fieldWords(one.field)}
      words={(value) => valueWords(one.field, value)}
      onChoose={(choice) => choose(one.field, choice)}
    />
  ));
}

interface OneProps {
  draft: string;
  conflict: ConflictOut;
  what: string;
  words: (value: unknown) => string;
  onChoose: (choice: Choice) => void;
}

function OneConflict({ draft: key, conflict, what, words, onChoose }: OneProps) {
  const { field, by, at, base, theirs, yours } = conflict;
  const { draft, keep, drop } = useDraft(key);
  const isText = texts.has(field);
  const first = by?.name.split(" ")[0] ?? "Theirs";

  async function writeBoth() {
    keep({ text: await bothOf(String(base ?? ""), String(theirs ?? ""), String(yours ?? "")), version: 0 });
  }
  function choose(choice: Choice) {
    drop();
    onChoose(choice);
  }

  return (
    <div className={classes.conflict}>
      <p className={classes.who}>
        <strong>{by?.name ?? "Somebody"}</strong> changed {what} {agoWords(at)}
      </p>
      <div className={classes.sides} data-scalar={!isText || undefined}>
        {!isText && <Side name="Before" text={words(base)} quiet />}
        <Side
          name={by ? `Theirs (${first})` : "Theirs"}
          text={words(theirs)}
          {...(isText && { base: String(base ?? "") })}
          action={{ name: "Take theirs", run: () => choose({ take: "theirs" }) }}
        />
        <Side
          name="Yours"
          text={words(yours)}
          {...(isText && { base: String(base ?? "") })}
          action={{ name: "Keep mine", run: () => choose({ take: "mine" }), primary: true }}
        />
      </div>
      {isText && draft === null && (
        <div className={classes.foot}>
          <span className={classes.hint}>Marked is what each of you changed.</span>
          <Button size="xs" variant="default" onClick={() => void writeBoth()}>
            Take both…
          </Button>
        </div>
      )}
      {isText && draft !== null && (
        <div className={classes.both}>
          <label className={classes.sideName} htmlFor={`both-${key}`}>
            Both, as it will be saved
          </label>
          <textarea
            id={`both-${key}`}
            autoFocus
            className={classes.bothText}
            rows={field === "title" || field === "name" ? 1 : 4}
            maxLength={field === "title" ? 500 : 100_000}
            value={draft.text}
            onChange={(event) => {
              const text = event.currentTarget.value;
              keep({ text: field === "title" || field === "name" ? text.replace(/[\r\n]+/g, " ") : text, version: 0 });
            }}
          />
          <div className={classes.foot}>
            <Button size="xs" variant="subtle" color="gray" onClick={drop}>
              Not both
            </Button>
            <Button
              size="xs"
              disabled={field !== "description" && draft.text.trim() === ""}
              onClick={() => choose({ take: "both", text: draft.text })}
            >
              Save both
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}

interface SideProps {
  name: string;
  text: string;
  /** Marks what was changed since this. */
  base?: string;
  quiet?: boolean;
  action?: { name: string; run: () => void; primary?: boolean };
}

function Side({ name, text, base, quiet, action }: SideProps) {
  return (
    <div className={classes.side} data-quiet={quiet || undefined}>
      <span className={classes.sideName}>{name}</span>
      <div className={classes.sideText}>{base === undefined ? text : <Marked before={base} after={text} />}</div>
      {action && (
        <Button size="xs" {...(!action.primary && { variant: "default" })} onClick={action.run}>
          {action.name}
        </Button>
      )}
    </div>
  );
}

/** A text with what came and what went; until the comparison is here, the text itself. */
function Marked({ before, after }: { before: string; after: string }) {
  const pieces = useQuery({
    queryKey: ["text-diff", before, after],
    queryFn: async () => folded(await compareTexts(before, after)),
    staleTime: Infinity,
    gcTime: 60_000,
    networkMode: "always",
  }).data;
  if (!pieces) return after || <i className={classes.empty}>Nothing</i>;
  if (pieces.length === 0) return <i className={classes.empty}>Nothing</i>;
  return pieces.map((piece, place) => <Piece key={place} piece={piece} />);
}

function Piece({ piece }: { piece: Shown }) {
  if (piece.mark === "added") return <ins className={classes.added}>{piece.text}</ins>;
  if (piece.mark === "removed") return <del className={classes.removed}>{piece.text}</del>;
  if (piece.mark === "folded")
    return (
      <span className={classes.fold} title={piece.text.slice(0, 400)}>
        {" … "}
      </span>
    );
  return piece.text;
}
