import { Menu } from "@mantine/core";

import type { MeOut, WorkspaceOut } from "@/api/types";
import { initialsOf } from "@/lib/text";
import { IconSelector } from "@/ui/icons";

import classes from "./shell.module.css";
import { WorkspaceItems } from "./WorkspaceItems";

interface Props {
  me: MeOut;
  workspace: WorkspaceOut;
  narrow?: boolean;
  onNew: () => void;
}

export function WorkspaceSwitcher({ me, workspace, narrow = false, onNew }: Props) {
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <button type="button" className={classes.switcher} aria-label={`Workspace ${workspace.name}`}>
          <span className={classes.switcherMark} aria-hidden>
            {initialsOf(workspace.name).slice(0, 1)}
          </span>
          {!narrow && <span className={classes.switcherName}>{workspace.name}</span>}
          {!narrow && <IconSelector size={14} className={classes.navHint} />}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <WorkspaceItems me={me} workspace={workspace} onNew={onNew} />
      </Menu.Dropdown>
    </Menu>
  );
}
