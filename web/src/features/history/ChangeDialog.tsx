import { Button, Modal } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { ChangeOut } from "@/api/types";
import { momentWords } from "@/lib/dates";
import { ErrorFace } from "@/ui/Faces";
import { IconArrowBackUp } from "@/ui/icons";
import { RowsSkeleton } from "@/ui/Skeletons";

import { changeQuery } from "./api";
import { Texts } from "./ChangeRow";
import classes from "./history.module.css";
import { namesOf, type Known } from "./names";
import { Sentence } from "./Sentence";
import { actorWords, changeWords, eventWords, isUndo, isUndoable, meansWords } from "./sentences";
import { ask } from "./undo";

interface Props {
  change: string;
  known: Known;
  mayUndo: boolean;
  onClose: () => void;
}

/** One change with all that it did. */
export function ChangeDialog({ change: id, known, mayUndo, onClose }: Props) {
  const query = useInfiniteQuery(changeQuery(id));
  const pages = query.data?.pages;
  const change = useMemo<ChangeOut | undefined>(() => {
    const [first] = pages ?? [];
    return first && { ...first, events: (pages ?? []).flatMap((page) => page.events) };
  }, [pages]);
  const names = useMemo(() => namesOf(known, change ? [change] : [], pages?.[0]?.people), [known, change, pages]);
  const title = change ? momentWords(change.at) : "A change";
  return (
    <Modal opened onClose={onClose} title={title} size={680}>
      {query.isError && !change ? (
        <ErrorFace error={query.error} retry={() => void query.refetch()} />
      ) : !change ? (
        <RowsSkeleton rows={6} />
      ) : (
        <>
          <p className={classes.line}>
            <span className={classes.actor}>{actorWords(change, names)}</span> <Sentence words={changeWords(change, names)} />
            {meansWords(change) && <span className={classes.means}> {meansWords(change)}</span>}
          </p>
          <ol className={classes.events}>
            {change.events.map((event, place) => (
              <li key={`${event.id}-${place}`} className={classes.event}>
                <p className={classes.line}>
                  <Sentence words={capital(eventWords(event, names, { texts: true }))} />
                </p>
                <Texts event={event} />
              </li>
            ))}
          </ol>
          <div className={classes.dialogFoot}>
            {query.hasNextPage && (
              <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Show {Math.min(200, change.count - change.events.length)} more
              </Button>
            )}
            {mayUndo && isUndoable(change) && change.undone_by === null && (
              <Button
                leftSection={<IconArrowBackUp size={14} />}
                onClick={() => {
                  onClose();
                  ask({ change: change.id, again: isUndo(change, names) });
                }}
              >
                {isUndo(change, names) ? "Redo" : "Undo"} all of it
              </Button>
            )}
          </div>
        </>
      )}
    </Modal>
  );
}

function capital(words: ReturnType<typeof eventWords>): ReturnType<typeof eventWords> {
  const [first, ...rest] = words;
  return typeof first === "string" ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest] : words;
}
