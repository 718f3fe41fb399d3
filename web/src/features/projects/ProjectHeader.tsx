import { ActionIcon, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { ProjectOut } from "@/api/types";
import { useFreshness } from "@/live/freshness";
import { FreshnessLight } from "@/ui/FreshnessLight";
import { Header } from "@/ui/Header";
import { IconLayoutKanban, IconList, IconSettings } from "@/ui/icons";
import { ViewSwitch } from "@/ui/ViewSwitch";

interface Props {
  slug: string;
  project: ProjectOut;
  /** Filters and buttons of the view. */
  children?: ReactNode;
}

/** The top bar of a project: its name, how fresh the screen is, and the views. Filters stay when the view changes. */
export function ProjectHeader({ slug, project, children }: Props) {
  const freshness = useFreshness(`project:${project.id}`);
  const params = { slug, key: project.key };
  const views = [
    { name: "Board", icon: <IconLayoutKanban size={15} />, link: { to: "/w/$slug/p/$key", params, search: true } },
    { name: "List", icon: <IconList size={15} />, link: { to: "/w/$slug/p/$key/list", params, search: true } },
  ] as const;
  return (
    <Header
      title={project.name}
      mark={<FreshnessLight {...freshness} />}
      views={<ViewSwitch label="Views of this project" views={views} />}
    >
      {children}
      <Tooltip label="Project settings">
        <ActionIcon
          renderRoot={(props) => <Link to="/w/$slug/p/$key/settings" params={params} {...props} />}
          aria-label="Project settings"
        >
          <IconSettings size={16} />
        </ActionIcon>
      </Tooltip>
    </Header>
  );
}
