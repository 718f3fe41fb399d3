import { IconBarrierBlock, IconListCheck } from "./icons";
import classes from "./marks.module.css";

/** Something open has to be closed first. */
export function Blocked() {
  return (
    <span className={classes.blocked} title="An open task blocks this one">
      <IconBarrierBlock size={13} stroke={1.75} aria-hidden />
      Blocked
    </span>
  );
}

/** How far a checklist is; nothing where there is none. */
export function Steps({ task }: { task: { checklist_done: number; checklist_total: number } }) {
  const { checklist_done: done, checklist_total: total } = task;
  if (total === 0) return null;
  return (
    <span className={classes.steps} title={`${done} of ${total} steps done`}>
      <IconListCheck size={13} stroke={1.75} aria-hidden />
      <span className="hw-hidden">Steps: </span>
      {done}/{total}
    </span>
  );
}

export function Estimate({ estimate }: { estimate: number }) {
  return (
    <span className={classes.estimate} title={`Estimate ${estimate}`}>
      <span className="hw-hidden">Estimate </span>
      {estimate.toLocaleString()}
    </span>
  );
}
