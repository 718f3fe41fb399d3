import type { MeOut, WorkspaceOut } from "@/api/types";
import { IconCheck, IconPlus, IconSettings } from "@/ui/icons";
import { Item, ItemsLabel, ItemsLine } from "@/ui/Items";

interface Props {
  me: MeOut;
  workspace: WorkspaceOut;
  onNew: () => void;
  onClose: () => void;
}

/** Going to another workspace, and to this one's settings. */
export function WorkspaceItems({ me, workspace, onNew, onClose }: Props) {
  const mayMake = me.is_admin || me.workspaces.some((one) => one.role === "owner");
  return (
    <>
      <ItemsLabel>Workspaces</ItemsLabel>
      {me.workspaces.map((one) => (
        <Item
          key={one.id}
          name={one.name}
          hint={one.id === workspace.id ? <IconCheck size={14} aria-label="Current" /> : undefined}
          link={{ to: "/w/$slug", params: { slug: one.slug } }}
          onClick={onClose}
        />
      ))}
      <ItemsLine />
      <Item
        name="People and settings"
        icon={<IconSettings size={14} />}
        link={{ to: "/w/$slug/settings", params: { slug: workspace.slug } }}
        onClick={onClose}
      />
      {mayMake && (
        <Item
          name="New workspace"
          icon={<IconPlus size={14} />}
          onClick={() => {
            onClose();
            onNew();
          }}
        />
      )}
    </>
  );
}
