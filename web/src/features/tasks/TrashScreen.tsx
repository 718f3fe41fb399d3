import { Button } from "@mantine/core";
import { useInfiniteQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import type { ProjectTrash, TrashItem } from "@/api/types";
import { endForGood, restore, trashKey, trashQuery, type Pages } from "@/features/trash/api";
import classes from "@/features/trash/trash.module.css";
import { TrashLine } from "@/features/trash/TrashLine";
import { backWords, keptWords } from "@/features/trash/words";
import { EmptyFace, ErrorFace, MissingFace } from "@/ui/Faces";
import { IconArrowBackUp, IconTrash } from "@/ui/icons";
import { RowsSkeleton } from "@/ui/Skeletons";
import { toast, toastError } from "@/ui/toast";

import { GoneFace } from "./GoneFace";
import { useGround, type Ground } from "./project";
import { ProjectHeader } from "./ProjectHeader";

const route = getRouteApi("/w/$slug/p/$key/trash");

/** What was deleted in a project, and may come back. */
export function TrashScreen() {
  const { slug, key } = route.useParams();
  const { ground, project, missing, gone, error, retry } = useGround(slug, key);
  if (gone) return <GoneFace slug={slug} />;
  if (missing) return <MissingFace what="This project" />;
  return (
    <>
      <title>{`Trash of ${project?.name ?? key} · Headway`}</title>
      <ProjectHeader slug={slug} projectKey={key} name={project?.name ?? key} ground={ground} filter={null} />
      {error ? <ErrorFace error={error} retry={retry} /> : ground ? <Trash key={ground.project.id} ground={ground} /> : <RowsSkeleton rows={8} />}
    </>
  );
}

function Trash({ ground }: { ground: Ground }) {
  const client = useQueryClient();
  const project = ground.project.id;
  const trash = useInfiniteQuery(trashQuery(project));
  const { heard } = (trash.data as (InfiniteData<ProjectTrash, string | null> & Pick<Pages, "heard">) | undefined) ?? {};
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const items = trash.data?.pages.flatMap((page) => page.items) ?? [];
  const people = trash.data?.pages.flatMap((page) => page.people) ?? [];
  const days = trash.data?.pages[0]?.days ?? 30;
  const chosen = items.filter((item) => picked.has(item.id));

  // Many at once are asked for once.
  useEffect(() => {
    if (heard === undefined) return undefined;
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey: trashKey(project) }), 150);
    return () => clearTimeout(timer);
  }, [client, heard, project]);

  async function bringBack(some: readonly TrashItem[]) {
    setBusy(true);
    const back: TrashItem[] = [];
    try {
      // One after the other: what holds others has to be there before them.
      for (const item of some) {
        await restore(item);
        back.push(item);
      }
      toast({ words: backWords(back) });
    } catch (error) {
      toastError(error, back.length > 0 ? backWords(back) : "It is still in the trash.");
    } finally {
      setBusy(false);
      setPicked(new Set());
      void client.invalidateQueries({ queryKey: trashKey(project) });
    }
  }

  async function end(item: TrashItem) {
    try {
      await endForGood(item);
      toast({ words: `${item.kind === "comment" ? "The comment" : item.human_id} is gone for good.` });
    } catch (error) {
      toastError(error, "It is still in the trash.");
    }
    void client.invalidateQueries({ queryKey: trashKey(project) });
  }

  const mayRestore = (item: TrashItem) => (item.kind === "comment" ? ground.mayComment : ground.mayEdit);
  const mayEnd = (item: TrashItem) => ground.project.role === "admin" || (item.kind === "comment" && item.deleted_by === ground.me);
  const restorable = items.filter(mayRestore);
  if (trash.isError && !trash.data) return <ErrorFace error={trash.error} retry={() => void trash.refetch()} />;
  if (!trash.data) return <RowsSkeleton rows={8} />;
  if (items.length === 0)
    return (
      <EmptyFace icon={<IconTrash size={28} stroke={1.5} />} title="The trash is empty">
        {keptWords(days)}
      </EmptyFace>
    );
  return (
    <div className={classes.scroll}>
      <div className={classes.head}>
        {restorable.length > 0 && (
          <label className={classes.all}>
            <input
              type="checkbox"
              className={classes.pick}
              checked={chosen.length === restorable.length}
              ref={(box) => {
                if (box) box.indeterminate = chosen.length > 0 && chosen.length < restorable.length;
              }}
              onChange={() => setPicked(chosen.length > 0 ? new Set() : new Set(restorable.map((item) => item.id)))}
            />
            <span className="hw-hidden">Select everything shown</span>
          </label>
        )}
        {chosen.length > 0 ? (
          <>
            <span className={classes.count} role="status">
              {chosen.length} selected
            </span>
            <Button size="xs" loading={busy} leftSection={<IconArrowBackUp size={14} />} onClick={() => void bringBack(chosen)}>
              Restore
            </Button>
          </>
        ) : (
          <>
            <h2 className={classes.name}>Trash</h2>
            <span className={classes.lead}>{keptWords(days)}</span>
          </>
        )}
      </div>
      <ul className={classes.lines} aria-label="In the trash">
        {items.map((item) => (
          <TrashLine
            key={item.id}
            item={item}
            by={[...ground.people, ...people].find((person) => person.person_id === item.deleted_by)}
            mayRestore={mayRestore(item)}
            mayEnd={mayEnd(item)}
            busy={busy}
            picked={picked.has(item.id)}
            onPick={() => {
              const next = new Set(picked);
              if (!next.delete(item.id)) next.add(item.id);
              setPicked(next);
            }}
            onRestore={() => void bringBack([item])}
            onEnd={() => end(item)}
          />
        ))}
      </ul>
      {trash.hasNextPage && (
        <div className={classes.more}>
          <Button variant="default" size="xs" loading={trash.isFetchingNextPage} onClick={() => void trash.fetchNextPage()}>
            Show older ones
          </Button>
        </div>
      )}
    </div>
  );
}
