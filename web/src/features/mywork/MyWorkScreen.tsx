import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";

import type { FoundTask } from "@/api/types";
import { meQuery } from "@/features/accounts/api";
import { WaitingChip } from "@/features/outbox/WaitingChip";
import classes from "@/features/tasks/lines.module.css";
import { taskWithPending, usePending } from "@/features/tasks/pending";
import { TaskLine } from "@/features/tasks/TaskLine";
import { useLines } from "@/features/tasks/useLines";
import { useWalkOrder } from "@/features/tasks/walk";
import { useWorkspace } from "@/features/workspaces/api";
import { today } from "@/lib/dates";
import { useFreshness } from "@/live/freshness";
import { EmptyFace, ErrorFace } from "@/ui/Faces";
import { FreshnessLight } from "@/ui/FreshnessLight";
import { Header } from "@/ui/Header";
import { IconCircleCheck } from "@/ui/icons";
import { RowsSkeleton } from "@/ui/Skeletons";

import { myWorkQuery } from "./api";
import { groupsOf } from "./groups";

const route = getRouteApi("/w/$slug/my-work");

/** What is assigned to me and open, over all projects of the workspace. */
export function MyWorkScreen() {
  const { slug } = route.useParams();
  const workspace = useWorkspace(slug);
  const me = useQuery(meQuery).data?.id ?? "";
  const work = useQuery(myWorkQuery(workspace?.id ?? "", me));
  const freshness = useFreshness(Object.keys(work.data?.revisions ?? {})[0] ?? "");

  return (
    <>
      <Header title="My work" mark={
          <>
            {work.data && work.data.items.length > 0 && <FreshnessLight {...freshness} />}
            <WaitingChip />
          </>
        } />
      {work.data ? (
        <Work slug={slug} me={me} items={work.data.items} />
      ) : work.isError ? (
        <ErrorFace error={work.error} retry={() => void work.refetch()} />
      ) : (
        <RowsSkeleton rows={10} />
      )}
    </>
  );
}

function Work({ slug, me, items }: { slug: string; me: string; items: FoundTask[] }) {
  const { task: opened } = route.useSearch();
  const pending = usePending();
  const now = today();
  const groups = useMemo(() => {
    const gone = new Set(pending.flatMap((one) => ("deleted" in one ? [one.task] : [])));
    const shown = items.filter((task) => !gone.has(task.id)).map((task) => taskWithPending(task, pending));
    return groupsOf(shown.filter((task) => task.assignee_ids.includes(me)), now);
  }, [items, pending, me, now]);
  const tasks = useMemo(() => groups.flatMap((group) => group.tasks), [groups]);
  useWalkOrder(useMemo(() => tasks.map((task) => task.human_id), [tasks]));
  const { root, current, handlers } = useLines({ slug, tasks, opened });

  if (tasks.length === 0)
    return (
      <EmptyFace icon={<IconCircleCheck size={28} stroke={1.5} />} title="Nothing waits for you">
        Tasks that are assigned to you show up here, late ones first. In any task, press a to take it on.
      </EmptyFace>
    );
  return (
    // Clicks and keys of all lines are handled once, here.
     
    <div ref={root} className={classes.scroll} {...handlers}>
      {!groups.some((group) => group.name === "Today" || group.name === "Overdue") && (
        <p className={classes.calm}>Nothing due today. Enjoy it.</p>
      )}
      {groups.map((group) => (
        <section key={group.name} aria-label={group.name}>
          <h2 className={classes.groupHead} data-tone={group.tone}>
            {group.name}
            <span className={classes.groupCount}>{group.tasks.length}</span>
          </h2>
          {group.tasks.map((task) => (
            <TaskLine
              key={task.id}
              task={task}
              category={task.state_category}
              stateName={task.state_name}
              place={task.project_name}
              opened={task.human_id === opened}
              tabbable={task.id === current}
            />
          ))}
        </section>
      ))}
    </div>
  );
}
