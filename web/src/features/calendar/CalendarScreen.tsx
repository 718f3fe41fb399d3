import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";

import { passes, type Filter } from "@/features/tasks/filter";
import { GoneFace } from "@/features/tasks/GoneFace";
import { useGround, type Ground } from "@/features/tasks/project";
import { ProjectHeader } from "@/features/tasks/ProjectHeader";
import { useWalkOrder } from "@/features/tasks/walk";
import { today } from "@/lib/dates";
import { ErrorFace, MissingFace } from "@/ui/Faces";
import { BoardSkeleton } from "@/ui/Skeletons";

import { Month } from "./Month";

const route = getRouteApi("/w/$slug/p/$key/calendar");

/** The project's tasks on the days they are due, a month at a time. */
export function CalendarScreen() {
  const { slug, key } = route.useParams();
  const { task, month = today().slice(0, 7), ...filter } = route.useSearch();
  const { ground, project, missing, gone, error, retry } = useGround(slug, key);

  if (gone) return <GoneFace slug={slug} />;
  if (missing) return <MissingFace what="This project" />;
  return (
    <>
      <ProjectHeader slug={slug} projectKey={key} name={project?.name ?? key} ground={ground} filter={filter} />
      {error ? (
        <ErrorFace error={error} retry={retry} />
      ) : ground ? (
        <Filtered key={ground.project.id} ground={ground} filter={filter} month={month} opened={task} />
      ) : (
        <BoardSkeleton columns={7} />
      )}
    </>
  );
}

interface Props {
  ground: Ground;
  filter: Filter;
  month: string;
  opened: string | undefined;
}

function Filtered({ ground, filter, month, opened }: Props) {
  const navigate = useNavigate();
  const { q, assignee, label, priority } = filter;
  const tasks = useMemo(
    () => ground.tasks.filter((task) => passes(task, { q, assignee, label, priority }, ground.me)),
    [ground.tasks, ground.me, q, assignee, label, priority],
  );
  const dated = useMemo(() => tasks.filter((task) => task.due_on).toSorted((one, other) => (one.due_on ?? "").localeCompare(other.due_on ?? "")), [tasks]);
  useWalkOrder(useMemo(() => dated.map((task) => task.human_id), [dated]));

  function go(to: string) {
    void navigate({ to: ".", search: (held: object) => ({ ...held, month: to === today().slice(0, 7) ? undefined : to }) as never, replace: true });
  }
  function open(humanId: string) {
    void navigate({ to: ".", search: (held: object) => ({ ...held, task: humanId }) as never });
  }
  return <Month ground={ground} tasks={tasks} month={month} opened={opened} onMonth={go} onOpen={open} />;
}
