import { Button } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";

import { isFiltering, passes, type Filter } from "@/features/tasks/filter";
import { GoneFace } from "@/features/tasks/GoneFace";
import { useGround, type Ground } from "@/features/tasks/project";
import { ProjectHeader } from "@/features/tasks/ProjectHeader";
import { useWalkOrder } from "@/features/tasks/walk";
import { runAction } from "@/lib/actions";
import { EmptyFace, ErrorFace, MissingFace } from "@/ui/Faces";
import { IconLayoutKanban } from "@/ui/icons";
import { BoardSkeleton } from "@/ui/Skeletons";

import { Board } from "./Board";
import classes from "./board.module.css";

const route = getRouteApi("/w/$slug/p/$key");

export function BoardScreen() {
  const { slug, key } = route.useParams();
  const { task, ...filter } = route.useSearch();
  const { ground, project, missing, gone, error, retry } = useGround(slug, key);

  if (gone) return <GoneFace slug={slug} />;
  if (missing) return <MissingFace what="This project" />;
  return (
    <>
      <ProjectHeader slug={slug} projectKey={key} name={project?.name ?? key} ground={ground} filter={filter} />
      {error ? (
        <ErrorFace error={error} retry={retry} />
      ) : ground ? (
        <Filtered key={ground.project.id} ground={ground} filter={filter} opened={task} />
      ) : (
        <BoardSkeleton columns={5} />
      )}
    </>
  );
}

interface Props {
  ground: Ground;
  filter: Filter;
  opened: string | undefined;
}

function Filtered({ ground, filter, opened }: Props) {
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
            title="Nothing on this board yet"
            action={ground.mayEdit && <Button onClick={() => runAction("task.create")}>Create the first task</Button>}
          >
            Tasks move from left to right as work goes on. {ground.mayEdit && "Press c, or type into any column."}
          </EmptyFace>
        </div>
      )}
      <Board ground={ground} columns={columns} opened={opened} filtering={isFiltering(filter)} />
    </>
  );
}
