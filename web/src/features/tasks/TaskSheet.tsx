import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { useAction } from "@/lib/actions";
import { ErrorFace, MissingFace } from "@/ui/Faces";
import { RowsSkeleton } from "@/ui/Skeletons";

import { GoneFace } from "./GoneFace";
import classes from "./sheet.module.css";
import { TaskBar } from "./TaskBar";
import { TaskView } from "./TaskView";
import { useTask } from "./useTask";
import { neighbourOf } from "./walk";

interface Props {
  slug: string;
  humanId: string;
  onClose: () => void;
}

/** The task beside the view it was opened from (?task=HW-42). */
export function TaskSheet({ slug, humanId: asked, onClose }: Props) {
  const humanId = asked.toUpperCase();
  const navigate = useNavigate();
  const sheet = useRef<HTMLElement>(null);
  const { ground, task, partial, missing, gone, error, retry } = useTask(slug, humanId);
  useFocusInside(sheet, humanId);

  const open = (next: string) => void navigate({ to: ".", search: (search: object) => ({ ...search, task: next }) as never, replace: true });
  const walk = (step: 1 | -1) => () => {
    const next = neighbourOf(humanId, step);
    if (next) open(next);
  };
  useAction({ id: "walk.next", title: "Next task", group: "Task", keys: "j", run: walk(1) });
  useAction({ id: "walk.previous", title: "Task before", group: "Task", keys: "k", run: walk(-1) });
  useAction({ id: "sheet.close", title: "Close the task", group: "Task", keys: "Escape", run: onClose });

  return (
    <aside ref={sheet} className={classes.sheet} tabIndex={-1} role="dialog" aria-label={task ? `${humanId} ${task.title}` : humanId}>
      <TaskBar slug={slug} humanId={humanId} ground={ground} task={task} onOpen={open} onWalk={walk} onClose={onClose} />
      <div key={humanId} className={classes.scroll}>
        {gone ? (
          <GoneFace slug={slug} />
        ) : missing && !task ? (
          <MissingFace what={`The task ${humanId}`} />
        ) : ground && task ? (
          <TaskView key={task.id} ground={ground} task={task} partial={partial} onOpen={open} />
        ) : error ? (
          <ErrorFace error={error} retry={retry} />
        ) : (
          <RowsSkeleton rows={6} />
        )}
      </div>
    </aside>
  );
}

/** The focus goes into the sheet, and back to the task's card or row when it closes. */
function useFocusInside(sheet: React.RefObject<HTMLElement | null>, humanId: string) {
  const shown = useRef(humanId);
  useEffect(() => {
    shown.current = humanId;
    document.querySelector(`#main [data-task="${CSS.escape(humanId)}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [humanId]);
  useEffect(() => {
    const before = document.activeElement;
    sheet.current?.focus({ preventScroll: true });
    return () => {
      const card = document.querySelector<HTMLElement>(`#main [data-task="${CSS.escape(shown.current)}"]`);
      (card ?? (before instanceof HTMLElement && before.isConnected ? before : null))?.focus({ preventScroll: true });
    };
  }, [sheet]);
}
