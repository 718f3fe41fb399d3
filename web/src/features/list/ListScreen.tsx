import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useState, type KeyboardEvent, type MouseEvent } from "react";

import type { StateOut, TaskRow } from "@/api/types";
import { BulkBar } from "@/features/selection/BulkBar";
import { SelectBox } from "@/features/selection/SelectBox";
import { useSelection } from "@/features/selection/store";
import { useSelecting } from "@/features/selection/useSelecting";
import { changeQuietly } from "@/features/tasks/actions";
import { isFiltering, passes, type Filter } from "@/features/tasks/filter";
import { GoneFace } from "@/features/tasks/GoneFace";
import classes from "@/features/tasks/lines.module.css";
import { isNew } from "@/features/tasks/newRow";
import { isBlocked, isOpen } from "@/features/tasks/order";
import { useGround, type Ground } from "@/features/tasks/project";
import { ProjectHeader } from "@/features/tasks/ProjectHeader";
import { TaskLine } from "@/features/tasks/TaskLine";
import { menuKeys, TaskMenu, type MenuKind } from "@/features/tasks/TaskMenu";
import { useLines } from "@/features/tasks/useLines";
import { useWalkOrder } from "@/features/tasks/walk";
import { runAction } from "@/lib/actions";
import { today } from "@/lib/dates";
import { EmptyFace, ErrorFace, MissingFace } from "@/ui/Faces";
import { IconChevronDown, IconLayoutList } from "@/ui/icons";
import { PriorityBars } from "@/ui/PriorityBars";
import { RowsSkeleton } from "@/ui/Skeletons";
import { StateRing } from "@/ui/StateRing";

import { DisplayMenu } from "./DisplayMenu";
import { groupings, groupsOf, oneOf, sortings, type Group } from "./groups";
import own from "./list.module.css";

const route = getRouteApi("/w/$slug/p/$key/list");

export function ListScreen() {
  const { slug, key } = route.useParams();
  const { task, ...filter } = route.useSearch();
  const { ground, project, missing, gone, error, retry } = useGround(slug, key);

  if (gone) return <GoneFace slug={slug} />;
  if (missing) return <MissingFace what="This project" />;
  return (
    <>
      <ProjectHeader slug={slug} projectKey={key} name={project?.name ?? key} ground={ground} filter={filter} />
      {error ? (
        <ErrorFace error={error} retry={retry} />
      ) : ground ? (
        <Lines key={ground.project.id} slug={slug} ground={ground} filter={filter} opened={task} />
      ) : (
        <RowsSkeleton rows={14} />
      )}
    </>
  );
}

type Entry = { group: Group } | { task: TaskRow; state: StateOut };

interface Props {
  slug: string;
  ground: Ground;
  filter: Filter & { group?: string; sort?: string };
  opened: string | undefined;
}

function Lines({ slug, ground, filter, opened }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const phone = useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false });
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [menu, setMenu] = useState<{ kind: MenuKind; task: string; at: DOMRect } | null>(null);
  const { q, assignee, label, priority } = filter;
  const filtering = isFiltering(filter);
  const [by, sort] = [oneOf(groupings, filter.group), oneOf(sortings, filter.sort)];
  const day = today();

  const entries = useMemo<Entry[]>(() => {
    const kept = { q, assignee, label, priority };
    const shown = ground.tasks.filter((task) => ground.state.has(task.state_id) && (!isFiltering(kept) || passes(task, kept, ground.me)));
    return groupsOf(shown, by, sort, ground, day).flatMap((group): Entry[] => {
      const lines = group.tasks.flatMap((task) => {
        const state = ground.state.get(task.state_id);
        return state ? [{ task, state }] : [];
      });
      return by === "none" ? lines : folded.has(group.key) ? [{ group }] : [{ group }, ...lines];
    });
  }, [ground, folded, q, assignee, label, priority, by, sort, day]);
  const tasks = useMemo(() => entries.flatMap((entry) => ("task" in entry ? [entry.task] : [])), [entries]);
  useWalkOrder(useMemo(() => tasks.map((task) => task.human_id), [tasks]));

  const { root, current, handlers, focus } = useLines({
    slug,
    tasks,
    opened,
    reveal: (task) => virtual.scrollToIndex(entries.findIndex((entry) => "task" in entry && entry.task.id === task.id)),
    onKey: (key, task, line) => {
      const kind = menuKeys[key];
      if (key === "x") return Boolean(selecting.pick(task.id)) || ground.mayEdit;
      if (!kind || !ground.mayEdit) return false;
      if (selecting.picking) return runAction(`select.${kind}`);
      setMenu({ kind, task: task.id, at: line.getBoundingClientRect() });
      return true;
    },
  });
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => root.current,
    estimateSize: (place) => (phone && "task" in (entries[place] ?? {}) ? 60 : 34),
    getItemKey: (place) => {
      const entry = entries[place];
      return entry === undefined ? place : "task" in entry ? entry.task.id : `group ${entry.group.key}`;
    },
    overscan: 12,
  });
  const { ids: selected } = useSelection();
  const order = useMemo(() => tasks.map((task) => task.id), [tasks]);
  const selecting = useSelecting({
    ground,
    order: () => order,
    scope: () => order,
    current: () => document.activeElement?.closest<HTMLElement>("[data-lineplace]")?.dataset.lineplace ?? current,
    busy: opened !== undefined,
  });

  function show(next: { group?: string | undefined; sort?: string | undefined }) {
    setFolded(new Set());
    void navigate({ to: ".", search: (held: object) => ({ ...held, ...next }) as never, replace: true });
  }

  function onClick(event: MouseEvent) {
    const hit = event.target as Element;
    const id = hit.closest<HTMLElement>("[data-lineplace]")?.dataset.lineplace;
    if (!selecting.onClick(hit, id, event)) handlers.onClick(event);
    else if (id) focus(ground.task.get(id));
  }

  function onKeyDown(event: KeyboardEvent) {
    const id = (event.target as Element).closest<HTMLElement>("[data-task]")?.dataset.id;
    const way = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (id && event.shiftKey && way !== 0) selecting.onStep(id, order[order.indexOf(id) + way]);
    handlers.onKeyDown(event);
  }
  const menuTask = menu && ground.task.get(menu.task);

  if (tasks.length === 0 && folded.size === 0)
    return filtering ? (
      <EmptyFace
        icon={<IconLayoutList size={28} stroke={1.5} />}
        title="Nothing matches"
        action={
          <Button variant="default" onClick={() => void navigate({ to: ".", search: {} as never })}>
            Clear the filter
          </Button>
        }
      >
        No task here passes the filter.
      </EmptyFace>
    ) : (
      <EmptyFace
        icon={<IconLayoutList size={28} stroke={1.5} />}
        title="No tasks yet"
        action={ground.mayEdit && <Button onClick={() => runAction("task.create")}>Create the first task</Button>}
      >
        The list shows the same tasks as the board, grouped by state.
      </EmptyFace>
    );
  return (
    <>
      <div className={own.displays}>
        <DisplayMenu name="Group" words={groupings} value={by} onPick={(group) => show({ group: group === "state" ? undefined : group })} />
        <DisplayMenu name="Sort" words={sortings} value={sort} onPick={(order) => show({ sort: order === "rank" ? undefined : order })} />
      </div>
      {/* Clicks and keys of all lines are handled once, here. */}
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div ref={root} className={classes.scroll} data-picking={selecting.picking || undefined} onClick={onClick} onKeyDown={onKeyDown} {...selecting.touch}>
        <div className={classes.all} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const entry = entries[item.index];
            if (!entry) return null;
            const style = { position: "absolute", top: item.start, left: 0, right: 0 } as const;
            return "task" in entry ? (
              <div key={item.key} style={style} data-lineplace={entry.task.id}>
              <TaskLine
                task={entry.task}
                category={entry.state.category}
                stateName={entry.state.name}
                labels={entry.task.label_ids.map((id) => ground.label.get(id)).filter((one) => one !== undefined)}
                people={entry.task.assignee_ids.map((id) => ground.person.get(id)).filter((one) => one !== undefined)}
                done={ground.progress.get(entry.task.id)?.done ?? 0}
                total={ground.progress.get(entry.task.id)?.total ?? 0}
                blocked={isOpen(entry.state.category) && isBlocked(entry.task, ground.task)}
                opened={entry.task.human_id === opened}
                tabbable={entry.task.id === current}
                selected={selected.has(entry.task.id)}
              />
              {ground.mayEdit && !isNew(entry.task) && <SelectBox name={entry.task.human_id} selected={selected.has(entry.task.id)} where="line" />}
              </div>
            ) : (
              <button
                key={item.key}
                type="button"
                style={style}
                className={classes.groupHead}
                data-tone={entry.group.late ? "danger" : undefined}
                aria-expanded={!folded.has(entry.group.key)}
                onClick={() => {
                  const next = new Set(folded);
                  if (!next.delete(entry.group.key)) next.add(entry.group.key);
                  setFolded(next);
                }}
              >
                {entry.group.category && <StateRing category={entry.group.category} name="" />}
                {entry.group.priority ? <PriorityBars priority={entry.group.priority} size={13} /> : null}
                {entry.group.name}
                <span className={classes.groupCount}>{entry.group.tasks.length}</span>
                <IconChevronDown size={14} className={classes.groupFold} />
              </button>
            );
          })}
        </div>
      </div>
      <BulkBar ground={ground} order={order} busy={opened !== undefined} />
      {menu && menuTask && (
        <TaskMenu
          open
          kind={menu.kind}
          at={menu.at}
          ground={ground}
          task={menuTask}
          onChange={(change) => void changeQuietly(client, menuTask, change)}
          onClose={() => {
            setMenu(null);
            requestAnimationFrame(() => focus(menuTask));
          }}
        />
      )}
    </>
  );
}
