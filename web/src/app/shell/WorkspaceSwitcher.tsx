import { useState } from "react";

import type { MeOut, WorkspaceOut } from "@/api/types";
import { initialsOf } from "@/lib/text";
import { Float } from "@/ui/Float";
import { IconSelector } from "@/ui/icons";
import { Items } from "@/ui/Items";

import classes from "./shell.module.css";
import { WorkspaceItems } from "./WorkspaceItems";

interface Props {
  me: MeOut;
  workspace: WorkspaceOut;
  onNew: () => void;
}

export function WorkspaceSwitcher({ me, workspace, onNew }: Props) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Float
      open={open}
      onClose={close}
      role="menu"
      label="Workspaces"
      at={
        <button
          type="button"
          className={classes.switcher}
          aria-label={`Workspace ${workspace.name}`}
          onClick={() => setOpen(!open)}
        >
          <span className={classes.switcherMark} aria-hidden>
            {initialsOf(workspace.name).slice(0, 1)}
          </span>
          <span className={classes.navName}>{workspace.name}</span>
          <IconSelector size={14} className={classes.navHint} />
        </button>
      }
    >
      <Items>
        <WorkspaceItems me={me} workspace={workspace} onNew={onNew} onClose={close} />
      </Items>
    </Float>
  );
}
