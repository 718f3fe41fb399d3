import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import { ProblemError, sentenceOf } from "@/lib/problem";
import { IconCloudOff, IconLockQuestion } from "@/ui/icons";

import classes from "./ui.module.css";

interface EmptyProps {
  title: string;
  children?: ReactNode;
  icon?: ReactNode;
  action?: ReactNode;
}

/** An empty list teaches one thing and offers one action. */
export function EmptyFace({ title, children, icon, action }: EmptyProps) {
  return (
    <div className={classes.empty}>
      {icon && <div className={classes.emptyIcon}>{icon}</div>}
      <p className={classes.emptyTitle}>{title}</p>
      {children && <div className={classes.emptyText}>{children}</div>}
      {action && <div className={classes.emptyAction}>{action}</div>}
    </div>
  );
}

/** What happened, and a way on. */
export function ErrorFace({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const missing = error instanceof ProblemError && error.status === 404;
  return (
    <div className={classes.empty} role="alert">
      <div className={classes.emptyIcon}>
        {missing ? <IconLockQuestion size={28} stroke={1.5} /> : <IconCloudOff size={28} stroke={1.5} />}
      </div>
      <p className={classes.emptyTitle}>{missing ? "Nothing here, or not for you" : "This did not load"}</p>
      <div className={classes.emptyText}>{sentenceOf(error)}</div>
      {retry && !missing && (
        <div className={classes.emptyAction}>
          <Button variant="default" onClick={retry}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

export function MissingFace({ what = "This page", action }: { what?: string; action?: ReactNode }) {
  return (
    <EmptyFace title="Nothing here, or not for you" icon={<IconLockQuestion size={28} stroke={1.5} />} action={action}>
      {what} does not exist, or you have no access to it. Ask whoever sent you the link.
    </EmptyFace>
  );
}
