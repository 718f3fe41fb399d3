import { draggable } from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import { memo, useEffect, useRef, useState } from "react";

import type { StateOut, TaskRow } from "@/api/types";
import { isNew } from "@/features/tasks/newRow";
import { isOpen } from "@/features/tasks/order";
import { today } from "@/lib/dates";
import { StateRing } from "@/ui/StateRing";

import classes from "./calendar.module.css";

interface Props {
  task: TaskRow;
  state: StateOut | undefined;
  mayEdit: boolean;
  opened: boolean;
  onOpen: (humanId: string) => void;
}

/** One task in one line, to be dragged to another day. */
export const Chip = memo(function Chip({ task, state, mayEdit, opened, onOpen }: Props) {
  const chip = useRef<HTMLButtonElement>(null);
  const [dragging, setDragging] = useState(false);
  const moves = mayEdit && !isNew(task);
  const open = isOpen(state?.category);
  const late = open && task.due_on !== null && task.due_on < today();

  useEffect(() => {
    if (!chip.current || !moves) return undefined;
    return draggable({
      element: chip.current,
      getInitialData: () => ({ chip: task.id }),
      onDragStart: () => setDragging(true),
      onDrop: () => setDragging(false),
    });
  }, [task.id, moves]);

  return (
    <button
      ref={chip}
      type="button"
      className={classes.chip}
      data-chip={task.id}
      data-closed={!open || undefined}
      data-late={late || undefined}
      data-open={opened || undefined}
      data-dragging={dragging || undefined}
      title={`${task.human_id} ${task.title}${late ? " (late)" : ""}`}
      disabled={isNew(task)}
      onClick={() => onOpen(task.human_id)}
    >
      {state && <StateRing category={state.category} name={state.name} size={12} />}
      <span className={classes.title}>{task.title}</span>
      {late && <span className="hw-hidden">, late</span>}
    </button>
  );
});
