import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import { combine } from "@atlaskit/pragmatic-drag-and-drop/utils/combine";
import { autoScrollForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { memo, startTransition, useEffect, useRef, useState } from "react";

import type { LabelOut, PersonOut, StateOut, TaskRow } from "@/api/types";
import { isBlocked, isOpen, type Progress } from "@/features/tasks/order";
import { StateRing } from "@/ui/StateRing";

import { AddCard } from "./AddCard";
import classes from "./board.module.css";
import { Card } from "./Card";

const FIRST = 30;
const MORE = 120;

interface Props {
  state: StateOut;
  tasks: readonly TaskRow[];
  /** How many there are, where not all are given. */
  count?: number;
  label: ReadonlyMap<string, LabelOut>;
  person: ReadonlyMap<string, PersonOut>;
  progress: ReadonlyMap<string, Progress>;
  /** Every task of the project by id, so that a sub-task can name its parent. */
  all: ReadonlyMap<string, TaskRow>;
  mayEdit: boolean;
  filtering: boolean;
  /** The card that Tab reaches, if it is here. */
  tabbable: string | null;
  /** The card whose sheet is open, if it is here. */
  opened: string | null;
}

/** A state and its cards. What is far below is put on the page a little later, so the first look is instant. */
export const Column = memo(function Column({ state, tasks, count = tasks.length, label, person, progress, all, mayEdit, filtering, tabbable, opened }: Props) {
  const column = useRef<HTMLElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const [over, setOver] = useState(false);
  const shown = useGrowing(tasks.length);

  useEffect(() => {
    const [outer, inner] = [column.current, list.current];
    if (!outer || !inner) return undefined;
    const isCard = ({ source }: { source: { data: Record<string | symbol, unknown> } }) => typeof source.data.card === "string";
    return combine(
      dropTargetForElements({
        element: outer,
        canDrop: isCard,
        getData: () => ({ column: state.id }),
        getIsSticky: () => true,
        onDrag: ({ location }) => setOver(location.current.dropTargets[0]?.element === outer),
        onDragEnter: ({ location }) => setOver(location.current.dropTargets[0]?.element === outer),
        onDragLeave: () => setOver(false),
        onDrop: () => setOver(false),
      }),
      autoScrollForElements({ element: inner, canScroll: isCard, getAllowedAxis: () => "vertical" }),
    );
  }, [state.id]);

  return (
    <section ref={column} className={classes.column} data-column={state.id} data-over={over || undefined} aria-label={state.name}>
      <header className={classes.columnHead}>
        <StateRing category={state.category} name="" />
        <h2 className={classes.columnName}>{state.name}</h2>
        <span className={classes.columnCount} aria-label={`${count} tasks`}>
          {count.toLocaleString()}
        </span>
      </header>
      <ul ref={list} data-cards className={classes.cards} tabIndex={-1}>
        {tasks.slice(0, shown).map((task) => (
          <Card
            key={task.id}
            task={task}
            state={state}
            label={label}
            person={person}
            done={progress.get(task.id)?.done ?? 0}
            total={progress.get(task.id)?.total ?? 0}
            blocked={isOpen(state.category) && isBlocked(task, all)}
            parent={(task.parent_id && all.get(task.parent_id)?.human_id) || null}
            mayEdit={mayEdit}
            tabbable={tabbable === task.id}
            isOpen={opened === task.id}
          />
        ))}
        {count > tasks.length && <li className={classes.columnEmpty}>and {(count - tasks.length).toLocaleString()} more</li>}
        {tasks.length === 0 && <li className={classes.columnEmpty}>{filtering ? "Nothing that matches" : "No tasks"}</li>}
      </ul>
      {mayEdit && <AddCard state={state} last={tasks[tasks.length - 1] ?? null} list={list} />}
    </section>
  );
}, sameColumn);

/** The board builds its columns anew with each change; a column where nothing changed is left alone. */
function sameColumn(before: Props, after: Props): boolean {
  // Ids never change, so a card that is the same has the same parent's id on it.
  const { tasks, progress, all, ...rest } = before;
  const same = (name: keyof typeof rest) => before[name] === after[name];
  return (
    (Object.keys(rest) as (keyof typeof rest)[]).every(same) &&
    tasks.length === after.tasks.length &&
    tasks.every(
      (task, place) =>
        task === after.tasks[place] &&
        sameProgress(progress.get(task.id), after.progress.get(task.id)) &&
        isBlocked(task, all) === isBlocked(task, after.all),
    )
  );
}

const sameProgress = (one: Progress | undefined, other: Progress | undefined) =>
  one?.done === other?.done && one?.total === other?.total;

/** How many of them to show by now: a screenful at once, the others while the page is idle. */
function useGrowing(count: number): number {
  const [shown, setShown] = useState(FIRST);
  useEffect(() => {
    if (shown >= count) return undefined;
    const timer = setTimeout(() => startTransition(() => setShown(shown + MORE)), 60);
    return () => clearTimeout(timer);
  }, [shown, count]);
  return shown;
}
