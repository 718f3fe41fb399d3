import { Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { MeOut, WorkspaceOut } from "@/api/types";
import { initialsOf } from "@/lib/text";
import { IconCheck, IconPlus, IconSelector, IconSettings } from "@/ui/icons";

import classes from "./shell.module.css";

interface Props {
  me: MeOut;
  workspace: WorkspaceOut;
  narrow?: boolean;
}

export function WorkspaceSwitcher({ me, workspace, narrow = false }: Props) {
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <button type="button" className={classes.switcher} aria-label={`Workspace ${workspace.name}`}>
          <span className={classes.switcherMark} aria-hidden>
            {initialsOf(workspace.name).slice(0, 1)}
          </span>
          {!narrow && <span className={classes.switcherName}>{workspace.name}</span>}
          {!narrow && <IconSelector size={14} stroke={1.75} className={classes.navHint} aria-hidden />}
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
        <Menu.Item renderRoot={(props) => <Link to="/account" {...props} />} leftSection={<IconPlus size={14} />}>
          New workspace
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
