import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";

import type { TaskRow } from "@/api/types";
import { NewMark } from "@/features/outbox/WaitingChip";
import { useDraft } from "@/lib/drafts";
import { HumanId } from "@/ui/HumanId";
import { IconPlus } from "@/ui/icons";
import { PersonStack } from "@/ui/People";
import { StateRing } from "@/ui/StateRing";
import { toastError } from "@/ui/toast";

import { changeQuietly, createTask } from "./actions";
import { isNew, newRow } from "./newRow";
import { byRank, isOpen, rankBetween } from "./order";
import type { Ground } from "./project";
import classes from "./sheet.module.css";

interface Props {
  ground: Ground;
  task: TaskRow;
  onOpen: (humanId: string) => void;
}

export function SubTasks({ ground, task, onOpen }: Props) {
  const client = useQueryClient();
  const children = ground.tasks.filter((one) => one.parent_id === task.id).toSorted(byRank);
  const progress = ground.progress.get(task.id);

  function toggle(child: TaskRow) {
    const open = isOpen(ground.state.get(child.state_id)?.category);
    const to = ground.states.find((state) => state.category === (open ? "done" : "todo")) ?? ground.states[0];
    if (to) void changeQuietly(client, child, { state_id: to.id });
  }

  if (children.length === 0 && !ground.mayEdit) return null;
  return (
    <section className={classes.section} aria-label="Sub-tasks">
      <h3 className={classes.sectionName}>
        Sub-tasks
        {progress && (
          <span className={classes.sectionCount}>
            {progress.done}/{progress.total}
          </span>
        )}
      </h3>
      <ul className={classes.subTasks}>
        {children.map((child) => {
          const state = ground.state.get(child.state_id);
          const open = isOpen(state?.category);
          return (
            <li key={child.id} className={classes.subTask}>
              <button
                type="button"
                className={classes.subTaskState}
                disabled={!ground.mayEdit || isNew(child)}
                aria-label={open ? `Mark ${child.human_id} done` : `Open ${child.human_id} again`}
                onClick={() => toggle(child)}
              >
                {state && <StateRing category={state.category} name={state.name} />}
              </button>
              <button type="button" className={classes.subTaskOpen} disabled={isNew(child)} onClick={() => onOpen(child.human_id)}>
                {isNew(child) ? <NewMark id={child.id} /> : <HumanId id={child.human_id} />}
                <span className={classes.subTaskTitle} data-closed={!open || undefined}>
                  {child.title}
                </span>
                <PersonStack
                  people={child.assignee_ids.map((id) => ground.person.get(id)).filter((one) => one !== undefined)}
                  size={18}
                />
              </button>
            </li>
          );
        })}
      </ul>
      {ground.mayEdit && <AddSubTask key={task.id} ground={ground} task={task} />}
    </section>
  );
}

function AddSubTask({ ground, task }: { ground: Ground; task: TaskRow }) {
  const client = useQueryClient();
  const { draft, keep, drop } = useDraft(`sub-task-${task.id}`);
  const field = useRef<HTMLInputElement>(null);
  const text = draft?.text ?? "";

  async function add() {
    const title = text.trim();
    const state = ground.states.find((one) => one.category === "todo") ?? ground.states[0];
    if (!title || !state) return;
    const last = ground.columns.find((column) => column.state.id === state.id)?.tasks.at(-1);
    const shown = { ...newRow(state, title, rankBetween(last?.rank ?? null, null)), parent_id: task.id };
    drop();
    try {
      await createTask(client, ground.project.id, { title, parent_id: task.id }, shown);
    } catch (error) {
      // Unless the next title is being typed there by now.
      if (!field.current?.value) keep({ text: title, version: 0 });
      toastError(error, "The title is still in its field.");
    }
  }

  return (
    <form
      className={classes.addSubTask}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <IconPlus size={14} />
      <input
        ref={field}
        className={classes.addSubTaskText}
        aria-label="Add a sub-task"
        placeholder="Add a sub-task"
        maxLength={500}
        value={text}
        onChange={(event) => keep({ text: event.currentTarget.value, version: 0 })}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.blur();
        }}
      />
    </form>
  );
}
