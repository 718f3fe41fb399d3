import { Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";

import type { MeOut, WorkspaceOut } from "@/api/types";
import { initialsOf } from "@/lib/text";
import { IconCheck, IconPlus, IconSelector, IconSettings } from "@/ui/icons";

import classes from "./shell.module.css";

const NewWorkspace = lazy(() =>
  import("@/features/workspaces/NewWorkspace").then((file) => ({ default: file.NewWorkspace })),
);

interface Props {
  me: MeOut;
  workspace: WorkspaceOut;
  narrow?: boolean;
}

export function WorkspaceSwitcher({ me, workspace, narrow = false }: Props) {
  const [creating, setCreating] = useState(false);
  const mayCreate = me.is_admin || me.workspaces.some((one) => one.role === "owner");
  return (
    <>
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
          <Menu.Label>Workspaces</Menu.Label>
          {me.workspaces.map((one) => (
            <Menu.Item
              key={one.id}
              renderRoot={(props) => <Link to="/w/$slug" params={{ slug: one.slug }} {...props} />}
              rightSection={one.id === workspace.id ? <IconCheck size={14} aria-label="Current" /> : undefined}
            >
              {one.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            renderRoot={(props) => <Link to="/w/$slug/settings" params={{ slug: workspace.slug }} {...props} />}
            leftSection={<IconSettings size={14} />}
          >
            People and settings
          </Menu.Item>
          {mayCreate && (
            <Menu.Item leftSection={<IconPlus size={14} />} onClick={() => setCreating(true)}>
              New workspace
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {creating && (
        <Suspense>
          <NewWorkspace open onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  );
}
