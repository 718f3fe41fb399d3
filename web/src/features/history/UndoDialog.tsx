import { Button, Modal } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import type { BoardOut, UndoOut } from "@/api/types";
import { agoWords, momentWords } from "@/lib/dates";
import { plural } from "@/lib/text";
import { ErrorFace } from "@/ui/Faces";
import { IconAlertCircle, IconArrowBackUp, IconLock } from "@/ui/icons";
import { RowsSkeleton } from "@/ui/Skeletons";

import { previewQuery } from "./api";
import classes from "./history.module.css";
import { namesOf, noNames, type Names } from "./names";
import { backWords, conflictWords, outcomeWords, thingWords } from "./outcome";
import { undoChange, type Asked } from "./undo";

/** What undoing a change would do, and what it would not; afterwards, what it did not. */
export function UndoDialog({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const { change, again, only, outcome: settled } = asked;
  const [busy, setBusy] = useState(false);
  const preview = useQuery({ ...previewQuery(change, only), enabled: settled === undefined });
  const names = useCachedNames();
  const outcome = settled ?? preview.data;
  const verb = again ? "Redo" : "Undo";

  async function run() {
    setBusy(true);
    const done = await undoChange(change, again, only);
    setBusy(false);
    // What could not be undone at all is shown here by then.
    if (done?.change) onClose();
  }

  const title = settled ? outcomeWords(settled, again) : `${verb} this change?`;
  return (
    <Modal opened onClose={onClose} title={title} size={520}>
      {outcome ? (
        <Outcome outcome={outcome} names={names} isDone={settled !== undefined} again={again} />
      ) : preview.isError ? (
        <ErrorFace error={preview.error} retry={() => void preview.refetch()} />
      ) : (
        <RowsSkeleton rows={3} />
      )}
      <div className={classes.dialogFoot}>
        <Button variant="default" onClick={onClose}>
          {settled || outcome?.counts.undone === 0 ? "Close" : "Leave it"}
        </Button>
        {!settled && outcome && outcome.counts.undone > 0 && (
          <Button data-autofocus loading={busy} leftSection={<IconArrowBackUp size={14} />} onClick={() => void run()}>
            {verb} {outcome.counts.undone > 1 ? plural(outcome.counts.undone, "thing", "things") : ""}
          </Button>
        )}
      </div>
    </Modal>
  );
}

interface OutcomeProps {
  outcome: UndoOut;
  names: Names;
  isDone: boolean;
  again: boolean;
}

function Outcome({ outcome, names, isDone, again }: OutcomeProps) {
  const { counts, undone, conflicts, refused, left } = outcome;
  if (counts.undone + counts.conflicts + counts.refused + counts.left === 0)
    return <p className={classes.dialogText}>There is nothing left to {again ? "redo" : "undo"}: all is as it would be.</p>;
  return (
    <>
      {!isDone && counts.undone > 0 && (
        <Part name={again ? "This is done again" : "This goes back"} count={counts.undone} shown={undone.length}>
          <p className={classes.dialogText}>{sentence(backWords(undone, counts.undone))}</p>
          {undone.length > 1 && (
            <Few className={classes.things} items={undone}>
              {(thing) => <li key={thing.id}>{thingWords(thing)}</li>}
            </Few>
          )}
        </Part>
      )}
      {counts.conflicts > 0 && (
        <Part name="Stays as it is: changed since" icon={<IconAlertCircle size={14} />} count={counts.conflicts} shown={conflicts.length} tone="warning">
          <Few className={classes.conflicts} items={conflicts}>
            {(conflict) => {
              const { what, why } = conflictWords(conflict, names);
              return (
                <li key={`${conflict.id}-${conflict.field ?? ""}`}>
                  <strong>{what}</strong>
                  <span>
                    {why}
                    {conflict.by && (
                      <span className={classes.means} title={conflict.at ? momentWords(conflict.at) : undefined}>
                        {" "}
                        {conflict.by.name} changed it{conflict.at ? ` ${agoWords(conflict.at)}` : ""}.
                      </span>
                    )}
                  </span>
                </li>
              );
            }}
          </Few>
        </Part>
      )}
      {counts.refused > 0 && (
        <Part name="Not yours to change" icon={<IconLock size={14} />} count={counts.refused} shown={refused.length}>
          <Few className={classes.conflicts} items={refused}>
            {(one) => (
              <li key={one.id}>
                <strong>{thingWords(one)}</strong>
                <span>{one.detail}</span>
              </li>
            )}
          </Few>
        </Part>
      )}
      {counts.left > 0 && (
        <Part name="Cannot be taken back" count={counts.left} shown={left.length}>
          <ul className={classes.conflicts}>
            {left.map((one, place) => (
              <li key={place}>{one.detail}</li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}

const sentence = (list: readonly string[]) => {
  const words = list.join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const MOST = 5;

/** The first few of a list, and the rest on demand. */
function Few<T>({ items, className, children }: { items: readonly T[]; className: string | undefined; children: (item: T) => ReactNode }) {
  const [open, setOpen] = useState(false);
  const shown = open || items.length <= MOST + 1 ? items : items.slice(0, MOST);
  return (
    <>
      <ul className={className}>{shown.map(children)}</ul>
      {shown.length < items.length && (
        <button type="button" className={classes.textButton} onClick={() => setOpen(true)}>
          Show all {items.length}
        </button>
      )}
    </>
  );
}

interface PartProps {
  name: string;
  icon?: ReactNode;
  count: number;
  shown: number;
  tone?: "warning";
  children: ReactNode;
}

function Part({ name, icon, count, shown, tone, children }: PartProps) {
  return (
    <section className={classes.part} data-tone={tone}>
      <h3 className={classes.partName}>
        {icon}
        {name}
        <span className={classes.partCount}>{count}</span>
      </h3>
      {children}
      {count > shown && <p className={classes.quietText}>And {count - shown} more.</p>}
    </section>
  );
}

/** Whatever projects are at hand: an undo is asked for from anywhere. */
function useCachedNames(): Names {
  const client = useQueryClient();
  const [names] = useState(() => {
    const boards = client
      .getQueriesData<BoardOut>({ predicate: ({ queryKey }) => queryKey[0] === "projects" && queryKey[2] === "board" })
      .flatMap(([, board]) => (board ? [board] : []));
    return boards.length === 0
      ? noNames
      : namesOf({
          states: boards.flatMap((one) => one.states),
          labels: boards.flatMap((one) => one.labels),
          people: boards.flatMap((one) => one.people),
          task: new Map(boards.flatMap((one) => one.tasks.map((task) => [task.id, task] as const))),
        });
  });
  return names;
}
