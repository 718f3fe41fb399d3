import { Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { MeOut, WorkspaceOut } from "@/api/types";
import { runAction } from "@/lib/actions";
import { IconCircleCheck, IconLayoutKanban, IconPlus, IconSearch } from "@/ui/icons";
import { PersonFace } from "@/ui/People";

import { AccountItems } from "./AccountMenu";
import classes from "./shell.module.css";
import { WorkspaceItems } from "./WorkspaceItems";

interface Props {
  me: MeOut;
  workspace: WorkspaceOut;
  onNewWorkspace: () => void;
}

/** Phones only: the places a thumb reaches. */
export function BottomBar({ me, workspace, onNewWorkspace }: Props) {
  const { slug } = workspace;
  return (
    <nav className={classes.bottom} aria-label="Main">
      <Link to="/w/$slug/my-work" params={{ slug }} className={classes.bottomItem}>
        <IconCircleCheck size={20} />
        My work
      </Link>
      <Link to="/w/$slug" params={{ slug }} className={classes.bottomItem} activeOptions={{ exact: true }}>
        <IconLayoutKanban size={20} />
        Projects
      </Link>
      <button type="button" className={classes.bottomItem} onClick={() => runAction("task.create")}>
        <IconPlus size={20} />
        Create
      </button>
      <Link to="/w/$slug/search" params={{ slug }} className={classes.bottomItem}>
        <IconSearch size={20} />
        Search
      </Link>
      <Menu position="top-end" width={240}>
        <Menu.Target>
          <button type="button" className={classes.bottomItem}>
            <PersonFace person={{ person_id: me.id, name: me.name }} size={20} />
            You
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <WorkspaceItems me={me} workspace={workspace} onNew={onNewWorkspace} />
          <Menu.Divider />
          <AccountItems me={me} />
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
