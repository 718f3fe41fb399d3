import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import { ActionIcon, Button } from "@mantine/core";
import { useElementSize, useMediaQuery } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

import type { TaskRow } from "@/api/types";
import { changeQuietly } from "@/features/tasks/actions";
import type { Ground } from "@/features/tasks/project";
import { TaskMenu } from "@/features/tasks/TaskMenu";
import { today } from "@/lib/dates";
import { addMonths, weeksOf } from "@/ui/Calendar";
import { IconChevronLeft, IconChevronRight } from "@/ui/icons";

import classes from "./calendar.module.css";
import { Chip } from "./Chip";
import { Day } from "./Day";
import { byDay, dueOn, stepped } from "./month";
import { Tray } from "./Tray";

const monthName = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" });
const dayName = new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" });
const dateOf = (day: string) => new Date(`${day}T00:00:00Z`);
const HEAD = 30; // of a day, above its tasks
const LINE = 24;

interface Props {
  ground: Ground;
  tasks: TaskRow[];
  /** YYYY-MM */
  month: string;
  opened: string | undefined;
  onMonth: (month: string) => void;
  onOpen: (humanId: string) => void;
}

export function Month({ ground, tasks, month, opened, onMonth, onOpen }: Props) {
  const client = useQueryClient();
  const phone = useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false });
  const { ref: sized, height } = useElementSize();
  const root = useRef<HTMLDivElement>(null);
  const now = today();
  const [at, setAt] = useState(now.startsWith(month) ? now : `${month}-01`);
  const [adding, setAdding] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ task: string; at: DOMRect } | null>(null);
  const focusNext = useRef<string | null>(null);
  const days = byDay(tasks);
  const weeks = weeksOf(`${month}-01`);
  const current = at.startsWith(month) ? at : `${month}-01`;
  const lines = Math.max(1, Math.floor((height / weeks.length - HEAD) / LINE));

  function put(task: TaskRow, day: string | null) {
    const change = ground.mayEdit && dueOn(task, day);
    if (change) void changeQuietly(client, task, change);
  }

  // The monitor is set up once and asks for what is here at the moment of the drop.
  const latest = useRef({ ground, put });
  useLayoutEffect(() => {
    latest.current = { ground, put };
    const next = focusNext.current && root.current?.querySelector<HTMLElement>(focusNext.current);
    if (next) {
      next.focus();
      focusNext.current = null;
    }
  });
  useEffect(() => {
    if (!ground.mayEdit) return undefined;
    return monitorForElements({
      canMonitor: ({ source }) => typeof source.data.chip === "string",
      onDrop: ({ source, location }) => {
        const task = latest.current.ground.task.get(String(source.data.chip));
        const day = location.current.dropTargets[0]?.data.day;
        if (task && typeof day === "string") latest.current.put(task, day || null);
      },
    });
  }, [ground.mayEdit]);

  function go(day: string, what = `[data-day="${day}"]`) {
    setAt(day);
    focusNext.current = what;
    if (!day.startsWith(month)) onMonth(day.slice(0, 7));
  }

  function onKey(event: KeyboardEvent<HTMLElement>) {
    const hit = event.target as HTMLElement;
    const chip = hit.closest<HTMLElement>("[data-chip]");
    const cell = hit.closest<HTMLElement>("[data-day]");
    if (hit.matches("input") || event.ctrlKey || event.metaKey) return;
    const task = chip && ground.task.get(chip.dataset.chip ?? "");
    if (task) {
      const to = event.altKey && task.due_on ? stepped(task.due_on, event.key) : null;
      const way = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (to) {
        put(task, to);
        go(to, `[data-chip="${task.id}"]`);
      } else if (way !== 0) sibling(chip, way)?.focus();
      else if (event.key === "Escape") cell?.focus();
      else if (event.key === "d" && ground.mayEdit) setMenu({ task: task.id, at: chip.getBoundingClientRect() });
      else return;
    } else if (cell) {
      const to = stepped(current, event.key);
      if (to) go(to);
      else if (event.key === "n" && ground.mayEdit) setAdding(current);
      else if (event.key === "Enter" && hit === cell) {
        const first = cell.querySelector<HTMLElement>("[data-chip], [data-more]");
        if (first) first.focus();
        else if (ground.mayEdit) setAdding(current);
      } else return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const menuTask = menu && ground.task.get(menu.task);
  const chip = (task: TaskRow) => <Chip key={task.id} task={task} state={ground.state.get(task.state_id)} mayEdit={ground.mayEdit} opened={task.human_id === opened} onOpen={onOpen} />;
  return (
    // Keys of all days and tasks are handled once, here.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={root} className={classes.calendar} data-beside={opened !== undefined || undefined} onKeyDown={onKey}>
      <div className={classes.month}>
        <div className={classes.head}>
          <h2 className={classes.name} aria-live="polite">
            {monthName.format(dateOf(`${month}-01`))}
          </h2>
          <ActionIcon aria-label="Month before" onClick={() => onMonth(addMonths(`${month}-01`, -1).slice(0, 7))}>
            <IconChevronLeft size={16} />
          </ActionIcon>
          <ActionIcon aria-label="Month after" onClick={() => onMonth(addMonths(`${month}-01`, 1).slice(0, 7))}>
            <IconChevronRight size={16} />
          </ActionIcon>
          <Button variant="default" size="compact-sm" onClick={() => go(now)}>
            Today
          </Button>
        </div>
        <div className={classes.weekdays} aria-hidden>
          {weeks[0]?.map((day) => <span key={day}>{dayName.format(dateOf(day))}</span>)}
        </div>
        <div ref={sized} role="grid" aria-label={`Tasks by due date, ${monthName.format(dateOf(`${month}-01`))}`} className={classes.grid}>
          {weeks.map((week) => (
            <div key={week[0]} role="row" className={classes.week}>
              {week.map((day) => (
                <Day
                  key={day}
                  day={day}
                  ground={ground}
                  tasks={days.get(day) ?? []}
                  lines={phone ? 0 : lines}
                  outside={!day.startsWith(month)}
                  current={day === current}
                  adding={adding === day}
                  chip={chip}
                  onPick={() => setAt(day)}
                  onAdd={() => setAdding(day)}
                  onAdded={() => {
                    setAdding(null);
                    focusNext.current = `[data-day="${day}"]`;
                  }}
                />
              ))}
            </div>
          ))}
        </div>
        {phone && (
          <section className={classes.chosen} aria-label="The day’s tasks">
            {(days.get(current) ?? []).map(chip)}
            {!days.has(current) && <p className="hw-muted">Nothing due that day.</p>}
          </section>
        )}
      </div>
      <Tray tasks={(days.get("") ?? []).filter((task) => task.completed_at === null)} mayEdit={ground.mayEdit} chip={chip} />
      {menu && menuTask && (
        <TaskMenu
          open
          kind="due"
          at={menu.at}
          ground={ground}
          task={menuTask}
          onChange={({ due_on = null }) => put(menuTask, due_on)}
          onClose={() => {
            focusNext.current = `[data-chip="${menu.task}"]`;
            setMenu(null);
          }}
        />
      )}
    </div>
  );
}

/** The next task of the same day, or of the tray. */
function sibling(chip: HTMLElement, way: 1 | -1): HTMLElement | undefined {
  const all = [...(chip.parentElement?.querySelectorAll<HTMLElement>("[data-chip], [data-more]") ?? [])];
  return all[all.indexOf(chip) + way];
}
