import { Link } from "@tanstack/react-router";
import { useState } from "react";

import type { MeOut, WorkspaceOut } from "@/api/types";
import { runAction } from "@/lib/actions";
import { Float } from "@/ui/Float";
import { IconCircleCheck, IconLayoutKanban, IconPlus, IconSearch } from "@/ui/icons";
import { Items, ItemsLine } from "@/ui/Items";
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
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
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
      <Float
        open={open}
        onClose={close}
        role="menu"
        label="You"
        from="top-end"
        at={
          <button type="button" className={classes.bottomItem} aria-label="You" onClick={() => setOpen(!open)}>
            <PersonFace person={{ person_id: me.id, name: me.name }} size={20} />
            You
          </button>
        }
      >
        <Items>
          <WorkspaceItems me={me} workspace={workspace} onNew={onNewWorkspace} onClose={close} />
          <ItemsLine />
          <AccountItems me={me} onClose={close} />
        </Items>
      </Float>
    </nav>
  );
}
