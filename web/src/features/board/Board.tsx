import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import { combine } from "@atlaskit/pragmatic-drag-and-drop/utils/combine";
import { autoScrollForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge/extract-closest-edge";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";

import { moveTask, changeQuietly } from "@/features/tasks/actions";
import { placeAt, type Column as ColumnData } from "@/features/tasks/order";
import { pend } from "@/features/tasks/pending";
import type { Ground } from "@/features/tasks/project";
import { menuKeys, TaskMenu, type MenuKind } from "@/features/tasks/TaskMenu";
import { useAction } from "@/lib/actions";

import classes from "./board.module.css";
import { isSaving } from "./Card";
import { Column } from "./Column";
import { ColumnTabs } from "./ColumnTabs";
import { MoveMenu } from "./MoveMenu";
import { cardAt, step, target, type Place } from "./moves";
import { Slide } from "./Slide";

interface Props {
  slug: string;
  ground: Ground;
  columns: ColumnData[];
  opened: string | undefined;
  filtering: boolean;
}

interface MenuState {
  kind: "move" | MenuKind;
  card: string;
  at: DOMRect;
}

const keys: Record<string, MenuState["kind"]> = { m: "move", ...menuKeys };

const arrows: Record<string, string> = {
  ArrowUp: "ArrowUp",
  ArrowDown: "ArrowDown",
  ArrowLeft: "ArrowLeft",
  ArrowRight: "ArrowRight",
  j: "ArrowDown",
  k: "ArrowUp",
};

export function Board({ slug, ground, columns, opened, filtering }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const root = useRef<HTMLDivElement>(null);
  const still = useRef<string | null>(null);
  const focusNext = useRef<string | null>(null);
  const [held, setHeld] = useState<string | null>(null);
  const [menu, setMenu] = useState<MenuState | null>(null);
  const current = held !== null && cardAt(columns, held) ? held : (columns.find((one) => one.tasks.length > 0)?.tasks[0]?.id ?? null);

  const slotOf = (id: string) => root.current?.querySelector<HTMLElement>(`[data-id="${id}"]`) ?? null;

  function move(id: string, to: Place | null) {
    const from = cardAt(columns, id);
    const column = to && columns[to.column];
    if (!from || !column || !to || isSaving(from.task)) return;
    if (to.column === from.column && to.index === from.index) return;
    void moveTask(client, from.task, column.state, placeAt(column.tasks, to.index, id));
  }

  // The monitor is set up once and asks for what is on the board at the moment of the drop.
  const latest = useRef({ columns, move });
  useLayoutEffect(() => {
    latest.current = { columns, move };
    if (focusNext.current) slotOf(focusNext.current)?.focus({ preventScroll: false });
    focusNext.current = null;
  });

  useEffect(() => {
    const element = root.current;
    if (!element || !ground.mayEdit) return undefined;
    let release = () => {};
    const isCard = ({ source }: { source: { data: Record<string | symbol, unknown> } }) => typeof source.data.card === "string";
    return combine(
      monitorForElements({
        canMonitor: isCard,
        onDragStart: ({ source }) => {
          // Whoever else moves it meanwhile, it stays under my hand until I let go.
          const found = cardAt(latest.current.columns, String(source.data.card));
          if (found) release = pend({ task: found.task.id, fields: { state_id: found.task.state_id, rank: found.task.rank } });
        },
        onDrop: ({ source, location }) => {
          const id = String(source.data.card);
          const over = location.current.dropTargets[0];
          still.current = id;
          if (over) latest.current.move(id, target(latest.current.columns, id, over.data, extractClosestEdge(over.data)));
          release();
        },
      }),
      autoScrollForElements({ element, canScroll: isCard, getAllowedAxis: () => "horizontal" }),
    );
  }, [ground.mayEdit]);

  function openTask(humanId: string, event?: MouseEvent) {
    if (!humanId) return;
    if (event && (event.ctrlKey || event.metaKey)) window.open(`/w/${slug}/t/${humanId}`, "_blank", "noopener");
    else void navigate({ to: ".", search: (search: object) => ({ ...search, task: humanId }) as never });
  }

  function openMenu(kind: MenuState["kind"], id: string) {
    const at = slotOf(id)?.getBoundingClientRect();
    const found = cardAt(columns, id);
    if (at && found && !isSaving(found.task) && ground.mayEdit) setMenu({ kind, card: id, at: new DOMRect(at.x, at.y, at.width, Math.min(at.height, 40)) });
  }

  function closeMenu() {
    focusNext.current = menu?.card ?? null;
    setMenu(null);
  }

  function focus(id: string | null | undefined) {
    if (!id) return;
    setHeld(id);
    const card = slotOf(id);
    card?.focus({ preventScroll: true });
    card?.closest("li")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // With a sheet open its task is meant, else the card that was last looked at.
  const meant = columns.flatMap((column) => column.tasks).find((task) => task.human_id === opened)?.id ?? current;
  const walk = () => focus(current);
  useAction({ id: "walk.next", title: "Next task", group: "View", keys: "j", enabled: !opened, run: walk });
  useAction({ id: "walk.previous", title: "Task before", group: "View", keys: "k", enabled: !opened, run: walk });
  useAction({
    id: "board.move",
    title: "Move the card to…",
    group: "View",
    keys: "m",
    enabled: ground.mayEdit,
    run: () => meant && openMenu("move", meant),
  });

  function onClick(event: MouseEvent) {
    const hit = event.target as Element;
    const button = hit.closest<HTMLElement>("[data-menu]");
    if (button) return openMenu("move", button.dataset.menu ?? "");
    const card = hit.closest<HTMLElement>("[data-task]");
    if (!card) return undefined;
    setHeld(card.dataset.id ?? null);
    return openTask(card.dataset.task ?? "", event);
  }

  function onKey(event: KeyboardEvent) {
    const card = (event.target as Element).closest<HTMLElement>("[data-task]");
    const id = card?.dataset.id;
    if (!card || !id || event.ctrlKey || event.metaKey) return;
    const kind = keys[event.key];
    const arrow = arrows[event.key];
    if (event.key === "Enter" || event.key === " ") openTask(card.dataset.task ?? "");
    else if (kind && !event.altKey) openMenu(kind, id);
    else if (arrow) {
      const to = step(columns, id, arrow);
      if (event.altKey || event.shiftKey) {
        focusNext.current = id;
        if (ground.mayEdit) move(id, step(columns, id, arrow, true));
      } else focus(to && columns[to.column]?.tasks[to.index]?.id);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const menuTask = menu && ground.task.get(menu.card);
  return (
    <>
      <ColumnTabs board={root} columns={columns} />
      {/* Clicks and keys of a thousand cards are handled once, here. */}
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div ref={root} className={classes.board} data-beside={opened !== undefined || undefined} onClick={onClick} onKeyDown={onKey}>
        <Slide root={root} of={ground.tasks} still={still}>
          {columns.map(({ state, tasks }) => (
            <Column
              key={state.id}
              state={state}
              tasks={tasks}
              label={ground.label}
              person={ground.person}
              progress={ground.progress}
              all={ground.task}
              mayEdit={ground.mayEdit}
              filtering={filtering}
              tabbable={current !== null && tasks.some((task) => task.id === current) ? current : null}
              opened={tasks.find((task) => task.human_id === opened)?.id ?? null}
            />
          ))}
        </Slide>
      </div>
      {menu && menuTask && menu.kind === "move" && (
        <MoveMenu
          at={menu.at}
          columns={columns}
          card={menu.card}
          onMove={(to) => move(menu.card, to)}
          onClose={closeMenu}
        />
      )}
      {menu && menuTask && menu.kind !== "move" && (
        <TaskMenu
          open
          kind={menu.kind}
          at={menu.at}
          ground={ground}
          task={menuTask}
          onChange={(change) => void changeQuietly(client, menuTask, change)}
          onClose={closeMenu}
        />
      )}
    </>
  );
}
