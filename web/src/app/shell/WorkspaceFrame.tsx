import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Navigate, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";

import { meQuery } from "@/features/accounts/api";
import { useWorkspace } from "@/features/workspaces/api";
import { rememberWorkspace } from "@/lib/memory";
import { LiveProvider } from "@/live/LiveProvider";
import { MissingFace } from "@/ui/Faces";

import { BottomBar } from "./BottomBar";
import { GlobalKeys } from "./GlobalKeys";
import { Navigation } from "./Navigation";
import classes from "./shell.module.css";

const TaskSheet = lazy(() => import("@/features/tasks/TaskSheet").then((file) => ({ default: file.TaskSheet })));
const CreateTask = lazy(() => import("@/features/tasks/CreateTask").then((file) => ({ default: file.CreateTask })));

const route = getRouteApi("/w/$slug");

/** Navigation, the screen, and the slot where a task's sheet slides over it. */
export function WorkspaceFrame() {
  const { slug } = route.useParams();
  const { task } = route.useSearch();
  const navigate = useNavigate();
  const location = useLocation();
  const me = useQuery(meQuery);
  const workspace = useWorkspace(slug);

  useEffect(() => {
    if (workspace) rememberWorkspace(workspace.slug);
  }, [workspace]);

  if (me.data === null) return <Navigate to="/sign-in" search={{ next: location.href }} />;
  if (!me.data) return null;
  if (!workspace) return <MissingFace what="This workspace" />;

  return (
    <LiveProvider>
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <div className={classes.frame}>
        <Navigation me={me.data} workspace={workspace} />
        <main id="main" className={classes.main} tabIndex={-1}>
          <Outlet />
        </main>
        {task && (
          <Suspense>
            <TaskSheet
              key={slug}
              slug={slug}
              humanId={task}
              onClose={() => void navigate({ to: ".", search: ({ task: _closed, ...rest }) => rest })}
            />
          </Suspense>
        )}
        <BottomBar slug={slug} />
      </div>
      <Suspense>
        <CreateTask slug={slug} />
      </Suspense>
      <GlobalKeys slug={slug} />
    </LiveProvider>
  );
}
