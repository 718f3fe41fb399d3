import type { ReactNode } from "react";

import classes from "./ui.module.css";

interface Props {
  /** Where you are: a word, or crumbs. It is the page's heading. */
  title: ReactNode;
  /** Beside the title: the freshness light. */
  mark?: ReactNode;
  /** The view switch. */
  views?: ReactNode;
  /** To the right: filters, buttons. */
  children?: ReactNode;
}

/** The top bar of a screen. Every screen under the frame begins with one. */
export function Header({ title, mark, views, children }: Props) {
  return (
    <header className={classes.header}>
      {typeof title === "string" && <title>{`${title} · Headway`}</title>}
      <div className={classes.headerTitle}>
        <h1 className={classes.headerWords}>{title}</h1>
        {mark}
      </div>
      {views}
      {children && <div className={classes.headerTools}>{children}</div>}
    </header>
  );
}
