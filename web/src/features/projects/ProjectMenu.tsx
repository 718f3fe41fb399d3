import { ActionIcon } from "@mantine/core";
import { useState } from "react";

import { Float } from "@/ui/Float";
import { IconDots, IconSettings, IconTrash } from "@/ui/icons";
import { Item, Items } from "@/ui/Items";

/** What belongs to a project as a whole: its trash, its settings. */
export function ProjectMenu({ slug, projectKey }: { slug: string; projectKey: string }) {
  const [open, setOpen] = useState(false);
  const params = { slug, key: projectKey };
  const close = () => setOpen(false);
  return (
    <Float
      open={open}
      onClose={close}
      role="menu"
      label="Project"
      from="bottom-end"
      width={180}
      at={
        <ActionIcon aria-label="Project menu" title="Project menu" onClick={() => setOpen(!open)}>
          <IconDots size={16} />
        </ActionIcon>
      }
    >
      <Items>
        <Item name="Trash" icon={<IconTrash size={14} />} link={{ to: "/w/$slug/p/$key/trash", params }} onClick={close} />
        <Item name="Project settings" icon={<IconSettings size={14} />} link={{ to: "/w/$slug/p/$key/settings", params }} onClick={close} />
      </Items>
    </Float>
  );
}
