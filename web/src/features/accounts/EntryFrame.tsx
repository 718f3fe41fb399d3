import type { ReactNode } from "react";

import classes from "./entry.module.css";

interface Props {
  title: string;
  children: ReactNode;
  /** Beneath the title, one sentence. */
  lead?: ReactNode;
  /** Beneath the form: another way in. */
  foot?: ReactNode;
}

/** The pages before anybody is signed in: one column, one question. */
export function EntryFrame({ title, lead, children, foot }: Props) {
  return (
    <main className={classes.page}>
      <title>{`${title} · Headway`}</title>
      <div className={classes.column}>
        <Mark />
        <h1 className={classes.title}>{title}</h1>
        {lead && <p className={classes.lead}>{lead}</p>}
        {children}
        {foot && <div className={classes.foot}>{foot}</div>}
      </div>
    </main>
  );
}

function Mark() {
  return (
    <div className={classes.mark}>
      <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="7" fill="var(--hw-accent-fill)" />
        <path d="M8 21.5v-11m16 11v-11M8 16h6.5m3 0H24" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
      </svg>
      Headway
    </div>
  );
}
