import { lazy, Suspense, useState, type ReactNode } from "react";

import type { MeOut, WorkspaceOut } from "@/api/types";
import { patiently } from "@/lib/idle";

import { BottomBar } from "./BottomBar";
import { CreateSlot } from "./CreateSlot";
import { GlobalKeys } from "./GlobalKeys";
import { Navigation } from "./Navigation";
import { OutboxSlot } from "./OutboxSlot";
import classes from "./shell.module.css";


const NewWorkspace = lazy(() =>
  patiently(() => import("@/features/workspaces/NewWorkspace")).then((file) => ({ default: file.NewWorkspace })),
);

interface Props {
  me: MeOut;
  workspace: WorkspaceOut;
  /** The screen. */
  children: ReactNode;
  /** What slides over it from the right. */
  sheet?: ReactNode;
}

/** Navigation, the screen, the slot for a sheet, and the keys that work everywhere. */
export function Frame({ me, workspace, children, sheet }: Props) {
  const [creating, setCreating] = useState(false);
  const onNewWorkspace = () => setCreating(true);
  return (
    <>
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <div className={classes.frame}>
        <Navigation me={me} workspace={workspace} onNewWorkspace={onNewWorkspace} />
        <main id="main" className={classes.main} tabIndex={-1}>
          {children}
        </main>
        {sheet}
        <BottomBar me={me} workspace={workspace} onNewWorkspace={onNewWorkspace} />
      </div>
      <Suspense>
        {creating && <NewWorkspace open onClose={() => setCreating(false)} />}
      </Suspense>
      <CreateSlot slug={workspace.slug} />
      <GlobalKeys slug={workspace.slug} />
      <OutboxSlot />
    </>
  );
}
