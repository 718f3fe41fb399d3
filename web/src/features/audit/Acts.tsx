import { Button, NativeSelect } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { momentWords } from "@/lib/dates";
import { EmptyFace, ErrorFace } from "@/ui/Faces";
import { Row, Rows } from "@/ui/Settings";
import { RowsSkeleton } from "@/ui/Skeletons";

import { actChoices, actorWords, actWords, auditQuery, wayWords, type Wanted } from "./audit";
import classes from "./audit.module.css";

interface Props {
  /** Null for the whole server. */
  workspace: string | null;
  wanted: Wanted;
  onWant: (wanted: Wanted) => void;
  /** More to narrow it by. */
  filter?: ReactNode;
}

/** Privileged acts, the newest first, and more of them on asking. */
export function Acts({ workspace, wanted, onWant, filter }: Props) {
  const audit = useInfiniteQuery(auditQuery(workspace, wanted));
  const items = audit.data?.pages.flatMap((page) => page.items) ?? [];
  const narrowed = wanted.act !== undefined || wanted.by !== undefined;
  return (
    <>
      <div className={classes.filters}>
        <NativeSelect
          aria-label="What was done"
          value={wanted.act ?? ""}
          onChange={(event) => onWant({ ...wanted, act: event.currentTarget.value || undefined })}
          data={[{ value: "", label: "Every act" }, ...actChoices]}
        />
        {filter}
      </div>
      {audit.isPending && <RowsSkeleton rows={6} />}
      {audit.isError && <ErrorFace error={audit.error} retry={() => void audit.refetch()} />}
      {audit.isSuccess && items.length === 0 && (
        <EmptyFace
          title={narrowed ? "Nothing like that was done" : "Nothing has been done yet"}
          action={
            narrowed && (
              <Button variant="default" onClick={() => onWant({})}>
                Show everything
              </Button>
            )
          }
        >
          Roles, invitations, suspensions and whatever is deleted for good leave a line here that nobody can change.
        </EmptyFace>
      )}
      <Rows label="What was done">
        {items.map((entry) => (
          <Row
            key={entry.id}
            name={
              <span className={classes.act}>
                <span className={classes.who}>{actorWords(entry)}</span> {actWords(entry)}
              </span>
            }
            detail={
              <span className={classes.way}>
                <time dateTime={entry.at}>{momentWords(entry.at)}</time>
                {["", ...wayWords(entry, workspace !== null)].join(" · ")}
              </span>
            }
          />
        ))}
      </Rows>
      {audit.hasNextPage && (
        <Button
          className={classes.more}
          variant="default"
          loading={audit.isFetchingNextPage}
          onClick={() => void audit.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </>
  );
}
