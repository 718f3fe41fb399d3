import { useNavigate } from "@tanstack/react-router";
import { useRef, useState, type KeyboardEvent, type MouseEvent } from "react";

import type { TaskRow } from "@/api/types";
import { useAction } from "@/lib/actions";

interface Options {
  slug: string;
  tasks: readonly TaskRow[];
  /** The task in the sheet, which then walks by the same keys. */
  opened: string | undefined;
  /** Puts a line on the page, where far ones are not. */
  reveal?: (task: TaskRow) => void;
  /** A key pressed on a line that is not about moving; true if it meant something. */
  onKey?: (key: string, task: TaskRow, line: HTMLElement) => boolean;
}

/** Walking a list of task lines by j, k and arrows, and opening them. */
export function useLines({ slug, tasks, opened, reveal, onKey }: Options) {
  const navigate = useNavigate();
  const root = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState<string | null>(null);
  const current = tasks.some((task) => task.id === held) ? held : (tasks[0]?.id ?? null);

  const lineOf = (id: string) => root.current?.querySelector<HTMLElement>(`[data-id="${id}"]`) ?? null;

  function open(humanId: string | undefined, event?: MouseEvent) {
    if (!humanId) return;
    if (event?.ctrlKey || event?.metaKey) window.open(`/w/${slug}/t/${humanId}`, "_blank", "noopener");
    else void navigate({ to: ".", search: (search: object) => ({ ...search, task: humanId }) as never });
  }

  function focus(task: TaskRow | undefined) {
    if (!task) return;
    setHeld(task.id);
    const line = lineOf(task.id);
    if (line) line.focus({ preventScroll: true });
    reveal?.(task);
    if (line && !reveal) line.scrollIntoView({ block: "nearest" });
    if (!line) requestAnimationFrame(() => lineOf(task.id)?.focus({ preventScroll: true }));
  }

  const walk = (step: 1 | -1) => {
    const active = document.activeElement?.closest<HTMLElement>("[data-id]")?.dataset.id;
    const place = tasks.findIndex((task) => task.id === active);
    focus(place < 0 ? (tasks.find((task) => task.id === current) ?? tasks[0]) : tasks[place + step]);
  };
  useAction({ id: "walk.next", title: "Next task", group: "View", keys: "j", enabled: !opened, run: () => walk(1) });
  useAction({ id: "walk.previous", title: "Task before", group: "View", keys: "k", enabled: !opened, run: () => walk(-1) });

  const handlers = {
    onClick: (event: MouseEvent) => {
      const line = (event.target as Element).closest<HTMLElement>("[data-task]");
      if (!line) return;
      setHeld(line.dataset.id ?? null);
      open(line.dataset.task, event);
    },
    onKeyDown: (event: KeyboardEvent) => {
      const line = (event.target as Element).closest<HTMLElement>("[data-task]");
      const task = tasks.find((one) => one.id === line?.dataset.id);
      if (!line || !task || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter" || event.key === " ") open(task.human_id);
      else if (event.key === "ArrowDown" || event.key === "j") walk(1);
      else if (event.key === "ArrowUp" || event.key === "k") walk(-1);
      else if (!onKey?.(event.key, task, line)) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
  return { root, current, handlers, focus };
}
