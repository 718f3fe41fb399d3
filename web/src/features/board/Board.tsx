import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter";
import { combine } from "@atlaskit/pragmatic-drag-and-drop/utils/combine";
import { autoScrollForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge/extract-closest-edge";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";

import { placesAt } from "@/features/selection/bulk";
import { BulkBar, chosen } from "@/features/selection/BulkBar";
import { editTasks, holdStill } from "@/features/selection/editing";
import { selectionNow } from "@/features/selection/store";
import { useSelecting } from "@/features/selection/useSelecting";
import { moveTask, changeQuietly } from "@/features/tasks/actions";
import { placeAt, type Column as ColumnData } from "@/features/tasks/order";
import { pend } from "@/features/tasks/pending";
import type { Ground } from "@/features/tasks/project";
import { menuKeys, TaskMenu, type MenuKind } from "@/features/tasks/TaskMenu";
import { runAction, useAction } from "@/lib/actions";

import classes from "./board.module.css";
import { isSaving } from "./Card";
import { Column } from "./Column";
import { ColumnTabs } from "./ColumnTabs";
import { MoveMenu } from "./MoveMenu";
import { cardAt, step, target, type Place } from "./moves";
import { Slide } from "./Slide";

interface Props {
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

export function Board({ ground, columns, opened, filtering }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const root = useRef<HTMLDivElement>(null);
  const still = useRef<string | null>(null);
  const focusNext = useRef<string | null>(null);
  const [held, setHeld] = useState<string | null>(null);
  const [menu, setMenu] = useState<MenuState | null>(null);
  const current = held !== null && cardAt(columns, held) ? held : (columns.find((one) => one.tasks.length > 0)?.tasks[0]?.id ?? null);

  const slotOf = (id: string) => root.current?.querySelector<HTMLElement>(`[data-id="${id}"]`) ?? null;

  function move(id: string, to: Place | null, offers = false) {
    const from = cardAt(columns, id);
    const column = to && columns[to.column];
    if (!from || !column || !to || isSaving(from.task)) return;
    if (to.column === from.column && to.index === from.index) return;
    void moveTask(client, from.task, column.state, placeAt(column.tasks, to.index, id), offers);
  }

  /** All that are selected, by the hand that holds one of them. */
  function moveMany(to: Place | null) {
    const column = to && columns[to.column];
    const tasks = chosen(ground, selectionNow().ids);
    if (!column || !to || tasks.length === 0) return;
    const { after_id, before_id, ranks } = placesAt(column.tasks, to.index, new Set(tasks.map((task) => task.id)));
    void editTasks(ground, tasks, { move: { state_id: column.state.id, after_id, before_id }, ranks, state: column.state });
  }

  // The monitor is set up once and asks for what is on the board at the moment of the drop.
  const latest = useRef({ columns, ground, move, moveMany });
  useLayoutEffect(() => {
    latest.current = { columns, ground, move, moveMany };
    if (focusNext.current) slotOf(focusNext.current)?.focus({ preventScroll: false });
    focusNext.current = null;
  });

  useEffect(() => {
    const element = root.current;
    if (!element || !ground.mayEdit) return undefined;
    let release = () => {};
    const isMany = (id: string) => selectionNow().ids.size > 1 && selectionNow().ids.has(id);
    const isCard = ({ source }: { source: { data: Record<string | symbol, unknown> } }) => typeof source.data.card === "string";
    return combine(
      monitorForElements({
        canMonitor: isCard,
        onDragStart: ({ source }) => {
          // Whoever else moves it meanwhile, it stays under my hand until I let go.
          const found = cardAt(latest.current.columns, String(source.data.card));
          if (found && isMany(found.task.id)) {
            release = holdStill(chosen(latest.current.ground, selectionNow().ids));
            element.dataset.carrying = "";
          } else if (found) release = pend({ task: found.task.id, fields: { state_id: found.task.state_id, rank: found.task.rank } });
        },
        onDrop: ({ source, location }) => {
          const id = String(source.data.card);
          const over = location.current.dropTargets[0];
          delete element.dataset.carrying;
          still.current = id;
          if (over && isMany(id)) {
            const rest = latest.current.columns.map(({ state, tasks }) => ({ state, tasks: tasks.filter((task) => !selectionNow().ids.has(task.id)) }));
            latest.current.moveMany(target(rest, id, over.data, extractClosestEdge(over.data)));
          } else if (over) latest.current.move(id, target(latest.current.columns, id, over.data, extractClosestEdge(over.data)));
          release();
        },
      }),
      autoScrollForElements({ element, canScroll: isCard, getAllowedAxis: () => "horizontal" }),
    );
  }, [ground.mayEdit]);

  const order = () => columns.flatMap((column) => column.tasks.map((task) => task.id));
  const focused = () => document.activeElement?.closest<HTMLElement>("[data-slot]")?.dataset.slot ?? current;
  const selecting = useSelecting({
    ground,
    order,
    scope: () => columns[cardAt(columns, focused() ?? "")?.column ?? -1]?.tasks.map((task) => task.id) ?? [],
    current: focused,
    busy: opened !== undefined,
  });

  function openTask(humanId: string) {
    if (!humanId) return;
    void navigate({ to: ".", search: (search: object) => ({ ...search, task: humanId }) as never });
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
    enabled: ground.mayEdit && !selecting.picking,
    run: () => meant && openMenu("move", meant),
  });

  function onClick(event: MouseEvent) {
    const hit = event.target as Element;
    const button = hit.closest<HTMLElement>("[data-menu]");
    if (button) return selectionNow().ids.has(button.dataset.menu ?? "") ? void runAction("select.move") : openMenu("move", button.dataset.menu ?? "");
    const slot = hit.closest<HTMLElement>("[data-slot]");
    const card = hit.closest<HTMLElement>("[data-task]");
    if (slot && (card || hit.closest("[data-select]")) && selecting.onClick(hit, slot.dataset.slot, event)) return focus(slot.dataset.slot);
    if (!card) return undefined;
    setHeld(card.dataset.id ?? null);
    return openTask(card.dataset.task ?? "");
  }

  function onKey(event: KeyboardEvent) {
    const card = (event.target as Element).closest<HTMLElement>("[data-task]");
    const id = card?.dataset.id;
    if (!card || !id || event.ctrlKey || event.metaKey) return;
    const kind = keys[event.key];
    const arrow = arrows[event.key];
    if (event.key === "Enter" || event.key === " ") openTask(card.dataset.task ?? "");
    else if (kind && !event.altKey) {
      if (!selecting.picking) openMenu(kind, id);
      else runAction(`select.${kind}`);
    } else if (event.key === "x") selecting.pick(id);
    else if (arrow) {
      const to = step(columns, id, arrow);
      if (event.shiftKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
        const next = to && columns[to.column]?.tasks[to.index]?.id;
        selecting.onStep(id, next ?? undefined);
        focus(next);
      } else if (event.altKey || event.shiftKey) {
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
      <div ref={root} className={classes.board} data-beside={opened !== undefined || undefined} data-picking={selecting.picking || undefined} onClick={onClick} onKeyDown={onKey} {...selecting.touch}>
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
      <BulkBar ground={ground} order={order()} busy={opened !== undefined} />
      {menu && menuTask && menu.kind === "move" && (
        <MoveMenu
          at={menu.at}
          columns={columns}
          card={menu.card}
          onMove={(to) => move(menu.card, to, true)}
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
