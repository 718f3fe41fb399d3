import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";

import classes from "./ui.module.css";

export interface View {
  name: string;
  icon: ReactNode;
  link: LinkProps;
}

/** Links, so that a view has an address and opens in a new tab. */
export function ViewSwitch({ views, label }: { views: readonly View[]; label: string }) {
  return (
    <nav className={classes.views} aria-label={label}>
      {views.map((view) => (
        <Link
          key={view.name}
          {...view.link}
          className={classes.view}
          title={view.name}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {view.icon}
          <span className={classes.viewName}>{view.name}</span>
        </Link>
      ))}
    </nav>
  );
}
