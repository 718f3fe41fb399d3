import type { ReactNode } from "react";

import classes from "./settings.module.css";

/** A scrolling page of sections under a Header. */
export function SettingsPage({ children }: { children: ReactNode }) {
  return (
    <div className={classes.page}>
      <div className={classes.column}>{children}</div>
    </div>
  );
}

interface SectionProps {
  title: string;
  lead?: ReactNode;
  /** At the heading's right: the one action of the section. */
  action?: ReactNode;
  children: ReactNode;
}

export function SettingsSection({ title, lead, action, children }: SectionProps) {
  return (
    <section className={classes.section}>
      <div className={classes.head}>
        <div>
          <h2 className={classes.title}>{title}</h2>
          {lead && <p className={classes.lead}>{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}

/** Rows with hairlines between, not a table: each wraps on its own on a phone. */
export function Rows({ children, label }: { children: ReactNode; label: string }) {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  );
}

interface RowProps {
  mark?: ReactNode;
  name: ReactNode;
  detail?: ReactNode;
  children?: ReactNode;
}

export function Row({ mark, name, detail, children }: RowProps) {
  return (
    <li className={classes.row}>
      {mark}
      <div className={classes.rowWords}>
        <div className={classes.rowName}>{name}</div>
        {detail && <div className={classes.rowDetail}>{detail}</div>}
      </div>
      {children && <div className={classes.rowTools}>{children}</div>}
    </li>
  );
}

/** Fields above one another, at a width that reads well. */
export function FieldStack({ children }: { children: ReactNode }) {
  return <div className={classes.fields}>{children}</div>;
}
