import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";

import { meQuery } from "@/features/accounts/api";
import { UndoHost } from "@/features/history/UndoHost";
import { useWorkspace } from "@/features/workspaces/api";
import { loadEarly, patiently } from "@/lib/idle";
import { rememberWorkspace } from "@/lib/memory";
import { LiveProvider } from "@/live/LiveProvider";
import { MissingFace } from "@/ui/Faces";

import { Frame } from "./Frame";
import { SignedOut } from "./SignedOut";

const load = () => patiently(() => import("@/features/tasks/TaskSheet"));
const TaskSheet = lazy(() => load().then((file) => ({ default: file.TaskSheet })));

const route = getRouteApi("/w/$slug");

/** Everything under /w/$slug. A task named in ?task= slides over the view without leaving it. */
export function WorkspaceFrame() {
  const { slug } = route.useParams();
  const { task } = route.useSearch();
  const navigate = useNavigate();
  const me = useQuery(meQuery);
  const workspace = useWorkspace(slug);

  useEffect(() => {
    if (workspace) rememberWorkspace(workspace.slug);
  }, [workspace]);

  // Opening a task must not wait for its code, least of all when the network is gone by then.
  useEffect(() => loadEarly(load), []);

  if (me.data === null) return <SignedOut />;
  if (!me.data) return null;
  if (!workspace) return <MissingFace what="This workspace" />;
  const close = () => void navigate({ to: ".", search: ({ task: _closed, ...rest }) => rest, replace: true });
  return (
    <LiveProvider key={me.data.id} person={me.data.id}>
      <Frame
        me={me.data}
        workspace={workspace}
        sheet={
          task && (
            <Suspense>
              <TaskSheet key={slug} slug={slug} humanId={task} onClose={close} />
            </Suspense>
          )
        }
      >
        <Outlet />
      </Frame>
      <UndoHost person={me.data.id} workspace={workspace.id} />
    </LiveProvider>
  );
}
