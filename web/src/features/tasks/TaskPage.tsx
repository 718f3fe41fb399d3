import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";

import { useFreshness } from "@/live/freshness";
import { ErrorFace, MissingFace } from "@/ui/Faces";
import { FreshnessLight } from "@/ui/FreshnessLight";
import { Header } from "@/ui/Header";
import { RowsSkeleton } from "@/ui/Skeletons";

import { GoneFace } from "./GoneFace";
import classes from "./sheet.module.css";
import { TaskBar } from "./TaskBar";
import { TaskView } from "./TaskView";
import { useTask } from "./useTask";

const route = getRouteApi("/w/$slug/t/$humanId");

/** A task at an address of its own. */
export function TaskPage() {
  const { slug, humanId } = route.useParams();
  const navigate = useNavigate();
  const { ground, task, partial, missing, gone, error, retry, project } = useTask(slug, humanId.toUpperCase());
  const topic = project ? `project:${project.id}` : "";
  const freshness = useFreshness(topic);
  const open = (next: string) => void navigate({ to: "/w/$slug/t/$humanId", params: { slug, humanId: next } });

  if (gone) return <GoneFace slug={slug} />;
  if (missing && !task) return <MissingFace what={`The task ${humanId}`} />;
  return (
    <>
      <Header
        title={
          project ? (
            <Link to="/w/$slug/p/$key" params={{ slug, key: project.key }}>
              {project.name}
            </Link>
          ) : (
            humanId
          )
        }
        mark={ground && <FreshnessLight {...freshness} />}
      >
        <TaskBar
          slug={slug}
          humanId={humanId.toUpperCase()}
          ground={ground}
          task={task}
          onOpen={open}
          onClose={() => project && void navigate({ to: "/w/$slug/p/$key", params: { slug, key: project.key } })}
        />
      </Header>
      <div className={classes.scroll}>
        {ground && task ? (
          <TaskView key={task.id} ground={ground} task={task} partial={partial} wide onOpen={open} />
        ) : error ? (
          <ErrorFace error={error} retry={retry} />
        ) : (
          <RowsSkeleton rows={6} />
        )}
      </div>
    </>
  );
}
