import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";

import type { BoardThen } from "@/api/types";
import { boardThenQuery } from "@/features/past/api";
import { ThenTask } from "@/features/past/ThenTask";
import { TimeBar } from "@/features/past/TimeBar";
import { columnsOf, progressOf } from "@/features/tasks/order";
import { ErrorFace } from "@/ui/Faces";
import { BoardSkeleton } from "@/ui/Skeletons";

import classes from "./board.module.css";
import { Column } from "./Column";
import { ColumnTabs } from "./ColumnTabs";
import { Slide } from "./Slide";

interface Props {
  project: string;
  at: string;
  onGo: (at: string) => void;
  onNow: () => void;
  onCompare: () => void;
}

/** The board as it was: to be looked at, not changed. */
export function PastBoard({ project, at, onGo, onNow, onCompare }: Props) {
  const { data: then, error, isFetching, refetch } = useQuery(boardThenQuery(project, at));
  return (
    <>
      <TimeBar project={project} at={at} then={then} loading={isFetching} onGo={onGo} onNow={onNow} onCompare={onCompare} />
      {error ? <ErrorFace error={error} retry={() => void refetch()} /> : then ? <Then then={then} /> : <BoardSkeleton columns={5} />}
    </>
  );
}

function Then({ then }: { then: BoardThen }) {
  const root = useRef<HTMLDivElement>(null);
  const still = useRef<string | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const shown = useMemo(
    () => ({
      columns: columnsOf(then.states, then.tasks),
      progress: progressOf(then.tasks, then.states),
      label: new Map(then.labels.map((one) => [one.id, one])),
      person: new Map(then.people.map((one) => [one.person_id, one])),
      task: new Map(then.tasks.map((one) => [one.id, one])),
    }),
    [then],
  );
  const first = shown.columns.find((one) => one.tasks.length > 0)?.tasks[0]?.id ?? null;
  const row = opened === null ? undefined : shown.task.get(opened);

  function open(event: MouseEvent | KeyboardEvent) {
    const card = (event.target as Element).closest<HTMLElement>("[data-task]");
    if (!card || ("key" in event && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    setOpened(card.dataset.id ?? null);
  }

  return (
    <>
      <ColumnTabs board={root} columns={shown.columns} />
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div ref={root} className={classes.board} data-then onClick={open} onKeyDown={open}>
        <Slide root={root} of={then.tasks} still={still}>
          {shown.columns.map(({ state, tasks }) => (
            <Column
              key={state.id}
              state={state}
              tasks={tasks}
              count={then.counts[state.id] ?? tasks.length}
              label={shown.label}
              person={shown.person}
              progress={shown.progress}
              all={shown.task}
              mayEdit={false}
              filtering={false}
              tabbable={first !== null && tasks.some((task) => task.id === first) ? first : null}
              opened={opened}
            />
          ))}
        </Slide>
      </div>
      {row && <ThenTask then={then} row={row} onClose={() => setOpened(null)} />}
    </>
  );
}
