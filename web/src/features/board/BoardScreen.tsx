import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";

import { LookLine } from "@/features/past/LookLine";
import { usePast } from "@/features/past/usePast";
import { isFiltering, passes, type Filter } from "@/features/tasks/filter";
import { GoneFace } from "@/features/tasks/GoneFace";
import { useGround, type Ground } from "@/features/tasks/project";
import { ProjectHeader } from "@/features/tasks/ProjectHeader";
import { useWalkOrder } from "@/features/tasks/walk";
import { runAction, useAction } from "@/lib/actions";
import { EmptyFace, ErrorFace, MissingFace } from "@/ui/Faces";
import { IconClockPlay, IconLayoutKanban } from "@/ui/icons";
import { BoardSkeleton } from "@/ui/Skeletons";

import { Board } from "./Board";
import classes from "./board.module.css";

const route = getRouteApi("/w/$slug/p/$key");
// The past is visited seldom, and its parts come when somebody goes there.
const PastBoard = lazy(async () => ({ default: (await import("./PastBoard")).PastBoard }));
const DiffPanel = lazy(async () => ({ default: (await import("@/features/past/DiffPanel")).DiffPanel }));

export function BoardScreen() {
  const { slug, key } = route.useParams();
  const { task, at: atRaw, from: fromRaw, to: toRaw, ...filter } = route.useSearch();
  const [at, from, to] = [atRaw, fromRaw, toRaw].map((one) => (one === undefined ? undefined : String(one)));
  const past = usePast();
  const { ground, project, missing, gone, error, retry } = useGround(slug, key);

  if (gone) return <GoneFace slug={slug} />;
  if (missing) return <MissingFace what="This project" />;
  return (
    <>
      <ProjectHeader slug={slug} projectKey={key} name={project?.name ?? key} ground={ground} filter={at ? null : filter}>
        {ground && !at && !ground.project.only_assigned && <PastButton onClick={() => past.go(String(ground.revision))} />}
      </ProjectHeader>
      {error ? (
        <ErrorFace error={error} retry={retry} />
      ) : ground && at ? (
        <Suspense fallback={<BoardSkeleton columns={5} />}>
          <PastBoard
            project={ground.project.id}
            at={at}
            onGo={past.go}
            onNow={past.now}
            onCompare={() => past.compare(at, undefined)}
          />
        </Suspense>
      ) : ground ? (
        <Filtered key={ground.project.id} ground={ground} filter={filter} opened={task} />
      ) : (
        <BoardSkeleton columns={5} />
      )}
      {ground && from && (
        <Suspense>
          <DiffPanel
            project={ground.project.id}
            known={ground}
            from={from}
            to={to}
            onRange={past.compare}
            onOpenTask={past.open}
            onClose={() => past.compare(undefined, undefined)}
          />
        </Suspense>
      )}
    </>
  );
}

interface Props {
  ground: Ground;
  filter: Filter;
  opened: string | undefined;
}

function PastButton({ onClick }: { onClick: () => void }) {
  useAction({ id: "past", title: "Look at the past", group: "View", keys: "h", run: onClick });
  return (
    <Tooltip label="Look at the past (h)">
      <ActionIcon aria-label="Look at the past" onClick={onClick}>
        <IconClockPlay size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function Filtered({ ground, filter, opened }: Props) {
  const past = usePast();
  const { q, assignee, label, priority } = filter;
  const columns = useMemo(() => {
    const kept = { q, assignee, label, priority };
    if (!isFiltering(kept)) return ground.columns;
    return ground.columns.map(({ state, tasks }) => ({ state, tasks: tasks.filter((task) => passes(task, kept, ground.me)) }));
  }, [ground.columns, ground.me, q, assignee, label, priority]);
  useWalkOrder(useMemo(() => columns.flatMap((column) => column.tasks.map((task) => task.human_id)), [columns]));

  if (ground.states.length === 0)
    return <EmptyFace title="No states yet">Columns are the project’s states. Add the first in its settings.</EmptyFace>;
  return (
    <>
      {ground.tasks.length === 0 && (
        <div className={classes.first}>
          <EmptyFace
            icon={<IconLayoutKanban size={28} stroke={1.5} />}
            title={ground.project.only_assigned ? "Nothing is assigned to you here yet" : "Nothing on this board yet"}
            action={ground.mayEdit && <Button onClick={() => runAction("task.create")}>Create the first task</Button>}
          >
            {ground.project.only_assigned
              ? "You see only tasks that are assigned to you; they appear here the moment somebody does so."
              : "Tasks move from left to right as work goes on."}{" "}
            {ground.mayEdit && "Press c, or type into any column."}
          </EmptyFace>
        </div>
      )}
      {!ground.project.only_assigned && (
        <LookLine project={ground.project.id} revision={ground.revision} onShow={(since) => past.compare(since, undefined)} />
      )}
      <Board ground={ground} columns={columns} opened={opened} filtering={isFiltering(filter)} />
    </>
  );
}
