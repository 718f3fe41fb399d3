import { ActionIcon } from "@mantine/core";
import { useState } from "react";

import { runAction, useActions } from "@/lib/actions";
import { Float } from "@/ui/Float";
import { IconArrowsDiff, IconDots, IconHistory, IconSettings, IconTrash } from "@/ui/icons";
import { Item, Items, ItemsLine } from "@/ui/Items";

/** What belongs to a project as a whole: its past, its trash, its settings. */
export function ProjectMenu({ slug, projectKey }: { slug: string; projectKey: string }) {
  const [open, setOpen] = useState(false);
  const actions = useActions();
  const params = { slug, key: projectKey };
  const close = () => setOpen(false);
  const act = (id: string) => () => {
    close();
    runAction(id);
  };
  return (
    <Float
      open={open}
      onClose={close}
      role="menu"
      label="Project"
      from="bottom-end"
      width={220}
      at={
        <ActionIcon aria-label="Project menu" title="Project menu" onClick={() => setOpen(!open)}>
          <IconDots size={16} />
        </ActionIcon>
      }
    >
      <Items>
        {actions.some((one) => one.id === "past.slider") && <Item name="Go back in time" icon={<IconHistory size={14} />} hint="h" onClick={act("past.slider")} />}
        {actions.some((one) => one.id === "past.diff") && <Item name="What changed" icon={<IconArrowsDiff size={14} />} onClick={act("past.diff")} />}
        <Item name="Trash" icon={<IconTrash size={14} />} link={{ to: "/w/$slug/p/$key/trash", params }} onClick={close} />
        <ItemsLine />
        <Item name="Project settings" icon={<IconSettings size={14} />} link={{ to: "/w/$slug/p/$key/settings", params }} onClick={close} />
      </Items>
    </Float>
  );
}
