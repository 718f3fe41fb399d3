import { Button } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { useEffect, useMemo, useRef } from "react";

import { EmptyFace, ErrorFace } from "@/ui/Faces";
import { IconHistory } from "@/ui/icons";
import { RowsSkeleton } from "@/ui/Skeletons";

import { projectHistory, type HistoryFilter } from "./api";
import { ChangeDialog } from "./ChangeDialog";
import { ChangeRow } from "./ChangeRow";
import { byDay } from "./days";
import classes from "./history.module.css";
import { namesOf, type Known } from "./names";
import { useHistory } from "./useHistory";

interface Props {
  project: string;
  known: Known;
  me: string;
  mayUndo: boolean;
  filter: HistoryFilter;
  /** The change whose things are all shown. */
  opened: string | undefined;
  onOpen: (change: string | undefined) => void;
  onClear: () => void;
}

/** All that happened in a project, day by day, newest first. */
export function HistoryFeed({ project, known, me, mayUndo, filter, opened, onOpen, onClear }: Props) {
  const source = useMemo(() => projectHistory(project, filter), [project, filter]);
  const { items, people, data, error, isError, refetch, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } =
    useHistory(source);
  const names = useMemo(() => namesOf(known, items, people), [known, items, people]);
  const days = useMemo(() => byDay(items), [items]);
  const scroll = useRef<HTMLDivElement>(null);
  // The next page is on its way before one gets there.
  const { ref: end, entry } = useIntersection({ rootMargin: "600px" });
  const isNear = entry?.isIntersecting ?? false;

  useEffect(() => {
    if (isNear && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [isNear, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, data]);

  const filtering = Boolean(filter.by || filter.noun);
  return (
    <div ref={scroll} className={classes.scroll}>
      {isError && !data ? (
        <ErrorFace error={error} retry={() => void refetch()} />
      ) : !data ? (
        <RowsSkeleton rows={14} />
      ) : items.length === 0 && !hasNextPage ? (
        <EmptyFace
          icon={<IconHistory size={28} stroke={1.5} />}
          title={filtering ? "Nothing matches" : "Nothing has happened here yet"}
          action={
            filtering && (
              <Button variant="default" onClick={onClear}>
                Clear the filter
              </Button>
            )
          }
        >
          {filtering ? "No change here passes the filter." : "Every change will stand here, with a way back."}
        </EmptyFace>
      ) : (
        <div className={classes.feed}>
          {days.map(({ day, heading, items: changes }) => (
            <section key={day} className={classes.day} aria-label={heading}>
              <h2 className={classes.dayName}>{heading}</h2>
              <ol className={classes.rows}>
                {changes.map((change) => (
                  <ChangeRow
                    key={change.id}
                    change={change}
                    names={names}
                    me={me}
                    mayUndo={mayUndo}
                    partly={Boolean(filter.noun)}
                    onOpen={onOpen}
                  />
                ))}
              </ol>
            </section>
          ))}
          <div ref={end} className={classes.end}>
            {isFetchNextPageError ? (
              <Button variant="default" size="xs" onClick={() => void fetchNextPage()}>
                Show older changes
              </Button>
            ) : hasNextPage ? (
              <RowsSkeleton rows={3} />
            ) : (
              "This is where the history begins."
            )}
          </div>
        </div>
      )}
      {opened && <ChangeDialog key={opened} change={opened} known={known} mayUndo={mayUndo} onClose={() => onOpen(undefined)} />}
    </div>
  );
}
