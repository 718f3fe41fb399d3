import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import type { MeOut, WorkspaceOut } from "@/api/types";
import { projectsQuery } from "@/features/projects/api";
import { runAction, useAction } from "@/lib/actions";
import { recall, remember } from "@/lib/memory";
import {
  IconCircleCheck,
  IconLayoutKanban,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconLock,
  IconPlus,
  IconSearch,
} from "@/ui/icons";
import { Keys } from "@/ui/Keys";

import { AccountMenu } from "./AccountMenu";
import classes from "./shell.module.css";
import { WorkspaceSwitcher } from "./WorkspaceSwitcher";

interface Props {
  me: MeOut;
  workspace: WorkspaceOut;
  onNewWorkspace: () => void;
}

export function Navigation({ me, workspace, onNewWorkspace }: Props) {
  const [narrow, setNarrow] = useState(recall("navigation") === "narrow");
  const projects = useQuery(projectsQuery(workspace.id));
  const slug = workspace.slug;

  function toggle() {
    remember("navigation", narrow ? "wide" : "narrow");
    setNarrow(!narrow);
  }
  useAction({ id: "navigation.toggle", title: "Fold the navigation", group: "Go", keys: "[", run: toggle });

  const place = (name: string, to: LinkItemProps["to"]) => ({ narrow, slug, name, to });
  return (
    <nav className={classes.nav} data-narrow={narrow || undefined} aria-label="Main">
      <div className={classes.navTop}>
        <WorkspaceSwitcher me={me} workspace={workspace} onNew={onNewWorkspace} />
      </div>
      <div className={classes.navActions}>
        <NavButton
          narrow={narrow}
          name="New task"
          keys="c"
          icon={<IconPlus size={16} />}
          onClick={() => runAction("task.create")}
        />
        <NavLink {...place("Search", "/w/$slug/search")} keys="/" icon={<IconSearch size={16} />} />
        <NavLink {...place("My work", "/w/$slug/my-work")} icon={<IconCircleCheck size={16} />} />
        <NavLink {...place("Projects", "/w/$slug")} icon={<IconLayoutKanban size={16} />} />
      </div>
      <div className={classes.navProjects}>
        {projects.data?.projects.map((project) => (
          <Link
            key={project.id}
            to="/w/$slug/p/$key"
            params={{ slug, key: project.key }}
            className={classes.navItem}
            title={project.name}
          >
            <span className={classes.navKey} aria-hidden>
              {project.key.slice(0, 2)}
            </span>
            <span className={classes.navName}>{project.name}</span>
            {project.visibility === "private" && (
              <IconLock size={13} className={classes.navHint} aria-label="Private" />
            )}
          </Link>
        ))}
      </div>
      <div className={classes.navFoot}>
        <AccountMenu me={me} />
        <button
          type="button"
          className={classes.fold}
          onClick={toggle}
          title={narrow ? "Unfold ([)" : "Fold ([)"}
          aria-label={narrow ? "Unfold the navigation" : "Fold the navigation"}
        >
          {narrow ? <IconLayoutSidebarLeftExpand size={16} /> : <IconLayoutSidebarLeftCollapse size={16} />}
        </button>
      </div>
    </nav>
  );
}

interface ItemProps {
  narrow: boolean;
  name: string;
  icon: ReactNode;
  keys?: string;
}

function ItemFace({ name, icon, keys }: Omit<ItemProps, "narrow">) {
  return (
    <>
      <span className={classes.navIcon} aria-hidden>
        {icon}
      </span>
      <span className={classes.navName}>{name}</span>
      {keys && (
        <span className={classes.navHint} aria-hidden>
          <Keys keys={keys} />
        </span>
      )}
    </>
  );
}

interface LinkItemProps extends ItemProps {
  to: "/w/$slug" | "/w/$slug/my-work" | "/w/$slug/search";
  slug: string;
}

function NavLink({ narrow, to, slug, ...face }: LinkItemProps) {
  return (
    <Link
      to={to}
      params={{ slug }}
      className={classes.navItem}
      activeOptions={{ exact: true, includeSearch: false }}
      title={narrow ? face.name : undefined}
    >
      <ItemFace {...face} />
    </Link>
  );
}

function NavButton({ narrow, onClick, ...face }: ItemProps & { onClick: () => void }) {
  return (
    <button type="button" className={classes.navItem} onClick={onClick} title={narrow ? face.name : undefined}>
      <ItemFace {...face} />
    </button>
  );
}
