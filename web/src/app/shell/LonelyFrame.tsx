import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";

import type { MeOut } from "@/api/types";
import { NewWorkspace } from "@/features/workspaces/NewWorkspace";

import { AccountMenu } from "./AccountMenu";
import classes from "./shell.module.css";

/** For somebody in no workspace (any more): what to do, and their account. */
export function LonelyFrame({ me, children }: { me: MeOut; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <div className={classes.lonely}>
      <div className={classes.lonelyBar}>
        <span className={classes.lonelyWords}>
          You are in no workspace. Open an invitation link{me.is_admin && ", or make a workspace of your own"}.
        </span>
        {me.is_admin && (
          <Button size="xs" onClick={() => setOpen(true)}>
            New workspace
          </Button>
        )}
        <div>
          <AccountMenu me={me} />
        </div>
      </div>
      <main className={classes.main}>{children}</main>
      <NewWorkspace open={open} onClose={() => setOpen(false)} />
    </div>
  );
}
