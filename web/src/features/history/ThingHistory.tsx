import { useMemo } from "react";

import { ErrorFace } from "@/ui/Faces";
import { RowsSkeleton } from "@/ui/Skeletons";

import type { Source } from "./api";
import { ChangeRow } from "./ChangeRow";
import classes from "./history.module.css";
import { namesOf, type Known } from "./names";
import { useHistory } from "./useHistory";

interface Props {
  source: Source;
  about: string;
  known: Known;
  me: string;
  mayUndo: boolean;
  label: string;
}

/** What happened to one thing, newest first, where it stands. */
export function ThingHistory({ source, about, known, me, mayUndo, label }: Props) {
  const { items, people, data, error, isError, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useHistory(source);
  const names = useMemo(() => namesOf(known, items, people), [known, items, people]);
  if (isError && !data) return <ErrorFace error={error} retry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={2} />;
  return (
    <>
      <ol className={classes.versions} aria-label={label}>
        {items.map((change) => (
          <ChangeRow key={change.id} change={change} names={names} me={me} mayUndo={mayUndo} about={about} quiet />
        ))}
      </ol>
      {hasNextPage && (
        <button type="button" className={classes.textButton} disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier changes
        </button>
      )}
    </>
  );
}
