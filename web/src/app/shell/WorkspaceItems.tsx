import { Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { MeOut, WorkspaceOut } from "@/api/types";
import { IconCheck, IconPlus, IconSettings } from "@/ui/icons";

interface Props {
  me: MeOut;
  workspace: WorkspaceOut;
  onNew: () => void;
}

export function mayMakeWorkspaces(me: MeOut): boolean {
  return me.is_admin || me.workspaces.some((one) => one.role === "owner");
}

/** The menu items for going to another workspace and to this one's settings. */
export function WorkspaceItems({ me, workspace, onNew }: Props) {
  return (
    <>
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
      {mayMakeWorkspaces(me) && (
        <Menu.Item leftSection={<IconPlus size={14} />} onClick={onNew}>
          New workspace
        </Menu.Item>
      )}
    </>
  );
}
