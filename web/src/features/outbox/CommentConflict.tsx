import { useEffect } from "react";

import { useWaiting } from "@/live/useOutbox";
import { isConflict } from "@/live/waiting";

import { ConflictFields } from "./ConflictFields";
import { watch } from "./opened";
import classes from "./outbox.module.css";

/** Above a comment that somebody (I, elsewhere) edited first. */
export function CommentConflict({ comment }: { comment: string }) {
  const conflicts = useWaiting().filter((item) => item.thing === comment && isConflict(item));
  useEffect(() => watch(comment), [comment]);
  return conflicts.map((item) => (
    <section key={item.id} className={classes.panel} role="alert" aria-label="Someone changed this first">
      <h3 className={classes.panelName}>Someone changed this first</h3>
      <ConflictFields item={item} fieldWords={() => "the comment"} valueWords={(_field, value) => String(value ?? "")} />
    </section>
  ));
}
