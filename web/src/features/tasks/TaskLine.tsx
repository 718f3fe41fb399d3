import { memo, type CSSProperties } from "react";

import type { LabelOut, TaskRow } from "@/api/types";
import { NewMark, NotSaved } from "@/features/outbox/WaitingChip";
import type { Category } from "@/lib/words";
import { DueDate } from "@/ui/DueDate";
import { HumanId } from "@/ui/HumanId";
import { Label } from "@/ui/Label";
import { Blocked, Estimate, Steps } from "@/ui/Marks";
import { PersonStack, type Face } from "@/ui/People";
import { PriorityBars } from "@/ui/PriorityBars";
import { StateRing } from "@/ui/StateRing";

import classes from "./lines.module.css";
import { isNew } from "./newRow";
import { isOpen } from "./order";

interface Props {
  task: TaskRow;
  category: Category;
  stateName: string;
  labels?: readonly LabelOut[];
  people?: readonly Face[];
  /** Where it belongs, in lists across projects. */
  place?: string;
  done?: number;
  total?: number;
  blocked?: boolean;
  opened?: boolean;
  tabbable?: boolean;
  selected?: boolean;
  style?: CSSProperties;
}

/** One task in one line (two on a phone). Clicks and keys are the list's. */
export const TaskLine = memo(function TaskLine(props: Props) {
  const { task, category, stateName, labels = [], people, place, done = 0, total = 0, blocked, opened, tabbable, selected, style } = props;
  const open = isOpen(category);
  return (
    <div
      role="button"
      className={classes.line}
      style={style}
      data-task={task.human_id}
      data-id={task.id}
      data-open={opened || undefined}
      data-selected={selected || undefined}
      tabIndex={tabbable ? 0 : -1}
      aria-label={`${task.human_id} ${task.title}${selected ? ", selected" : ""}`}
      aria-haspopup="dialog"
    >
      <StateRing category={category} name={stateName} />
      <span className={classes.id}>
        {isNew(task) ? <NewMark id={task.id} /> : <HumanId id={task.human_id} />}
      </span>
      <span className={classes.priority}>
        <PriorityBars priority={task.priority} size={13} />
      </span>
      <span className={classes.title} data-closed={!open || undefined}>
        {task.title}
      </span>
      <span className={classes.marks}>
        {!isNew(task) && <NotSaved id={task.id} />}
        {place && <span className={classes.place}>{place}</span>}
        {blocked && <Blocked />}
        <Steps task={task} />
        {task.estimate !== null && <Estimate estimate={task.estimate} />}
        {total > 0 && (
          <span className={classes.count} title={`${done} of ${total} sub-tasks done`}>
            {done}/{total}
          </span>
        )}
        {labels.slice(0, 3).map((label) => (
          <Label key={label.id} name={label.name} color={label.color} />
        ))}
        {task.due_on && <DueDate date={task.due_on} open={open} />}
      </span>
      {people && (
        <span className={classes.people}>
          <PersonStack people={people} size={20} />
        </span>
      )}
    </div>
  );
});
