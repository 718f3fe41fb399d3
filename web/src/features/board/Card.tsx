import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import { pointerOutsideOfPreview } from "@atlaskit/pragmatic-drag-and-drop/element/pointer-outside-of-preview";
import { setCustomNativeDragPreview } from "@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview";
import { combine } from "@atlaskit/pragmatic-drag-and-drop/utils/combine";
import { attachClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge/attach-closest-edge";
import { extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge/extract-closest-edge";
import { memo, useEffect, useRef, useState } from "react";

import type { LabelOut, PersonOut, StateOut, TaskRow } from "@/api/types";
import { NewMark, NotSaved } from "@/features/outbox/WaitingChip";
import { OpenMark } from "@/features/presence/Presence";
import { SelectBox } from "@/features/selection/SelectBox";
import { selectionNow, useIsSelected } from "@/features/selection/store";
import { isNew } from "@/features/tasks/newRow";
import { isOpen } from "@/features/tasks/order";
import { DueDate } from "@/ui/DueDate";
import { HumanId } from "@/ui/HumanId";
import { IconDots } from "@/ui/icons";
import { Label } from "@/ui/Label";
import { Blocked, Estimate, Steps } from "@/ui/Marks";
import { PersonStack } from "@/ui/People";
import { PriorityBars } from "@/ui/PriorityBars";

import classes from "./board.module.css";

interface Props {
  task: TaskRow;
  state: StateOut;
  label: ReadonlyMap<string, LabelOut>;
  person: ReadonlyMap<string, PersonOut>;
  done: number;
  total: number;
  blocked: boolean;
  /** The id of the task that this one is part of. */
  parent: string | null;
  mayEdit: boolean;
  tabbable: boolean;
  isOpen: boolean;
}

export const isSaving = (task: TaskRow) => isNew(task);

/** What the drag carries: enough to find the card again in whatever the board shows when it is dropped. */
export interface DragData extends Record<string | symbol, unknown> {
  card: string;
}

/** One task on the board. Clicks and keys are the board's; the card only shows, and can be dragged. */
export const Card = memo(function Card({ task, state, label, person, done, total, blocked, parent, mayEdit, tabbable, isOpen: opened }: Props) {
  const slot = useRef<HTMLLIElement>(null);
  const card = useRef<HTMLDivElement>(null);
  const [edge, setEdge] = useState<"top" | "bottom" | null>(null);
  const [dragging, setDragging] = useState(false);
  const saving = isSaving(task);
  const selected = useIsSelected(task.id) && mayEdit;
  const moves = mayEdit && !saving;

  useEffect(() => {
    const [outer, inner] = [slot.current, card.current];
    if (!outer || !inner || !moves) return undefined;
    return combine(
      draggable({
        element: inner,
        getInitialData: (): DragData => ({ card: task.id }),
        onGenerateDragPreview: ({ nativeSetDragImage }) => {
          const { ids } = selectionNow();
          if (ids.size < 2 || !ids.has(task.id)) return;
          // One of several is in the hand, and all come along.
          const words = `${ids.size} tasks`;
          setCustomNativeDragPreview({
            nativeSetDragImage,
            getOffset: pointerOutsideOfPreview({ x: "12px", y: "8px" }),
            render: ({ container }) => {
              container.className = classes.carried ?? "";
              container.textContent = words;
            },
          });
        },
        onDragStart: () => setDragging(true),
        onDrop: () => setDragging(false),
      }),
      dropTargetForElements({
        element: outer,
        canDrop: ({ source }) => typeof source.data.card === "string",
        getIsSticky: () => true,
        getData: ({ input, element }) => attachClosestEdge({ over: task.id }, { input, element, allowedEdges: ["top", "bottom"] }),
        onDrag: ({ self, source }) =>
          setEdge(source.data.card === task.id ? null : (extractClosestEdge(self.data) as "top" | "bottom" | null)),
        onDragLeave: () => setEdge(null),
        onDrop: () => setEdge(null),
      }),
    );
  }, [task.id, moves]);

  const labels = task.label_ids.map((id) => label.get(id)).filter((one) => one !== undefined);
  const people = task.assignee_ids.map((id) => person.get(id)).filter((one) => one !== undefined);
  const foot = labels.length > 0 || people.length > 0 || task.due_on !== null || total > 0 || task.checklist_total > 0 || task.estimate !== null || blocked;

  return (
    <li ref={slot} className={classes.slot} data-slot={task.id} data-edge={edge ?? undefined}>
      <div
        ref={card}
        role="button"
        className={classes.card}
        data-task={task.human_id}
        data-id={task.id}
        data-dragging={dragging || undefined}
        data-open={opened || undefined}
        data-selected={selected || undefined}
        data-saving={saving || undefined}
        tabIndex={tabbable ? 0 : -1}
        aria-label={`${task.human_id} ${task.title}${selected ? ", selected" : ""}`}
        aria-haspopup="dialog"
      >
        <OpenMark topic={`project:${task.project_id}`} task={task.id} person={person} />
        <div className={classes.cardTop}>
          {saving ? <NewMark id={task.id} /> : <HumanId id={task.human_id} />}
          {!saving && <NotSaved id={task.id} />}
          {parent && (
            <span className={classes.cardParent}>
              part of <HumanId id={parent} />
            </span>
          )}
          {task.priority > 0 && <PriorityBars priority={task.priority} size={13} />}
        </div>
        <p className={classes.cardTitle} data-closed={!isOpen(state.category) || undefined}>
          {task.title}
        </p>
        {foot && (
          <div className={classes.cardFoot}>
            {labels.map((one) => (
              <Label key={one.id} name={one.name} color={one.color} />
            ))}
            {task.due_on && <DueDate date={task.due_on} open={isOpen(state.category)} />}
            {blocked && <Blocked />}
            <Steps task={task} />
            {task.estimate !== null && <Estimate estimate={task.estimate} />}
            {total > 0 && <ProgressBar done={done} total={total} />}
            <span className={classes.cardPeople}>
              <PersonStack people={people} size={20} />
            </span>
          </div>
        )}
      </div>
      {moves && <SelectBox name={task.human_id} selected={selected} where="card" />}
      {moves && (
        <button type="button" className={classes.cardMenu} data-menu={task.id} tabIndex={-1} aria-label={`Move ${task.human_id} to…`}>
          <IconDots size={16} />
        </button>
      )}
    </li>
  );
});

export function ProgressBar({ done, total }: { done: number; total: number }) {
  return (
    <span className={classes.progress} title={`${done} of ${total} sub-tasks done`}>
      <span className={classes.progressTrack} aria-hidden>
        <span className={classes.progressFill} style={{ width: `${(done / total) * 100}%` }} />
      </span>
      <span className="hw-hidden">Sub-tasks: </span>
      {done}/{total}
    </span>
  );
}
