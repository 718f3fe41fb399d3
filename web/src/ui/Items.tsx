import { Link, type LinkProps } from "@tanstack/react-router";
import type { KeyboardEvent, ReactNode } from "react";

import classes from "./ui.module.css";

/** What a menu in a Float holds. Arrows, Home and End walk it. */
export function Items({ children }: { children: ReactNode }) {
  function onKey(event: KeyboardEvent<HTMLDivElement>) {
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=menuitem]")];
    const here = items.indexOf(document.activeElement as HTMLElement);
    const steps: Record<string, number> = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    items.at(step % items.length)?.focus();
  }
  return (
    // The items have the focus; this only hears their keys.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={classes.items} onKeyDown={onKey}>
      {children}
    </div>
  );
}

interface ItemProps {
  name: ReactNode;
  icon?: ReactNode;
  hint?: ReactNode;
  onClick?: () => void;
  /** Goes there instead. */
  link?: LinkProps;
}

export function Item({ name, icon, hint, onClick, link }: ItemProps) {
  const face = (
    <>
      {icon}
      <span className={classes.itemName}>{name}</span>
      {hint !== undefined && <span className={classes.itemHint}>{hint}</span>}
    </>
  );
  if (link)
    return (
      <Link {...link} role="menuitem" className={classes.item} onClick={onClick}>
        {face}
      </Link>
    );
  return (
    <button type="button" role="menuitem" className={classes.item} onClick={onClick}>
      {face}
    </button>
  );
}

export function ItemsLabel({ children }: { children: ReactNode }) {
  return <div className={classes.itemsLabel}>{children}</div>;
}

export function ItemsLine() {
  return <hr className={classes.itemsLine} />;
}
