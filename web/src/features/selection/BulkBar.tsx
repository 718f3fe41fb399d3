import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import type { TaskRow } from "@/api/types";
import type { Ground } from "@/features/tasks/project";
import { DayPanel, makeLabel, priorityChoices, stateChoices } from "@/features/tasks/TaskMenu";
import { useAction } from "@/lib/actions";
import { plural } from "@/lib/text";
import { Float } from "@/ui/Float";
import { IconArrowForwardUp, IconCalendarEvent, IconTag, IconTrash, IconUser, IconX } from "@/ui/icons";
import { Picker } from "@/ui/Picker";
import { PriorityBars } from "@/ui/PriorityBars";
import { StateRing } from "@/ui/StateRing";
import { toastError } from "@/ui/toast";

import { placesAt, type Doing } from "./bulk";
import { counted, endChoices, flipped, labelsOf, peopleOf, shared } from "./choices";
import { editTasks } from "./editing";
import { RefusedPanel } from "./RefusedPanel";
import classes from "./selection.module.css";
import { clear, useSelection } from "./store";

type Kind = "state" | "priority" | "assignee" | "label" | "due" | "move";

interface Props {
  ground: Ground;
  /** Ids in the order of the view, filter and all. */
  order: readonly string[];
  /** A sheet is open, and has the keys. */
  busy: boolean;
}

/** What can be done with all that is selected, at the foot of the view. */
export function BulkBar({ ground, order, busy }: Props) {
  const { ids } = useSelection();
  const tasks = chosen(ground, ids);
  return (
    <div className={classes.anchor}>
      <RefusedPanel ground={ground} />
      {tasks.length > 0 && ground.mayEdit && <Bar ground={ground} tasks={tasks} hidden={tasks.filter((task) => !order.includes(task.id)).length} busy={busy} />}
    </div>
  );
}

/** In the order of the board, so that many keep their order when they are moved. */
export function chosen(ground: Ground, ids: ReadonlySet<string>): TaskRow[] {
  if (ids.size === 0) return [];
  return ground.columns.flatMap((column) => column.tasks).filter((task) => ids.has(task.id));
}

function Bar({ ground, tasks, hidden, busy }: { ground: Ground; tasks: TaskRow[]; hidden: number; busy: boolean }) {
  const [open, setOpen] = useState<Kind | null>(null);
  const edit = (doing: Doing) => void editTasks(ground, tasks, doing);
  function remove() {
    clear();
    edit({ delete: true });
  }
  useAction({ id: "select.delete", title: "Delete what is selected", group: "Select", keys: "Delete", enabled: !busy, run: remove });

  const tool = (kind: Kind, name: string, keys: string, icon: ReactNode) => (
    <Tool kind={kind} name={name} keys={keys} icon={icon} open={open === kind} busy={busy} ground={ground} tasks={tasks} onOpen={setOpen} onEdit={edit} />
  );
  return (
    <div className={classes.place}>
      <div className={classes.bar} role="toolbar" aria-label="Selected tasks">
        <span className={classes.count} role="status">
          {tasks.length}
          <span className={classes.countWord}> selected</span>
          {hidden > 0 && <span className={classes.hidden}>, {hidden} not shown</span>}
        </span>
        <span className={classes.tools}>
          {tool("state", "State", "s", <StateRing category="doing" name="" />)}
          {tool("priority", "Priority", "p", <PriorityBars priority={3} />)}
          {tool("assignee", "Assign", "a", <IconUser size={15} />)}
          {tool("label", "Labels", "l", <IconTag size={15} />)}
          {tool("due", "Due", "d", <IconCalendarEvent size={15} />)}
          {tool("move", "Move", "m", <IconArrowForwardUp size={15} />)}
          <button type="button" className={classes.tool} data-tone="danger" title={`Delete ${plural(tasks.length, "task", "tasks")} (Delete)`} onClick={remove}>
            <IconTrash size={15} />
            <span className={classes.toolName}>Delete</span>
          </button>
        </span>
        <button type="button" className={classes.close} aria-label="Select nothing" title="Select nothing (Esc)" onClick={clear}>
          <IconX size={15} />
        </button>
      </div>
    </div>
  );
}

interface ToolProps {
  kind: Kind;
  name: string;
  keys: string;
  icon: ReactNode;
  open: boolean;
  busy: boolean;
  ground: Ground;
  tasks: TaskRow[];
  onOpen: (kind: Kind | null) => void;
  onEdit: (doing: Doing) => void;
}

const titles: Record<Kind, string> = {
  state: "Set the state of all",
  priority: "Set the priority of all",
  assignee: "Assign all",
  label: "Label all",
  due: "Set the due date of all",
  move: "Move all to…",
};

function Tool({ kind, name, keys, icon, open, busy, ground, tasks, onOpen, onEdit }: ToolProps) {
  useAction({ id: `select.${kind}`, title: titles[kind], group: "Select", keys, enabled: !busy, run: () => onOpen(kind) });
  return (
    <Float
      open={open}
      onClose={() => onOpen(null)}
      from="top-start"
      label={titles[kind]}
      width={kind === "due" ? "max-content" : 240}
      at={
        <button type="button" className={classes.tool} title={`${titles[kind]} (${keys})`} onClick={() => onOpen(open ? null : kind)}>
          {icon}
          <span className={classes.toolName}>{name}</span>
          <kbd className={classes.toolKey} aria-hidden>
            {keys}
          </kbd>
        </button>
      }
    >
      {open && <Menu kind={kind} ground={ground} tasks={tasks} onEdit={onEdit} onClose={() => onOpen(null)} />}
    </Float>
  );
}

interface MenuProps {
  kind: Kind;
  ground: Ground;
  tasks: TaskRow[];
  onEdit: (doing: Doing) => void;
  onClose: () => void;
}

function Menu({ kind, ground, tasks, onEdit, onClose }: MenuProps) {
  const client = useQueryClient();
  const change = (wanted: Extract<Doing, { change: unknown }>["change"]) => onEdit({ change: wanted });
  const one = (value: string | number | undefined) => (value === undefined ? [] : [String(value)]);

  async function createLabel(name: string) {
    try {
      const label = await makeLabel(client, ground.project.id, name);
      change({ labels: { add: [label.id] } });
    } catch (error) {
      toastError(error, `The label “${name}” was not made.`);
    }
  }

  function move(value: string) {
    const [end, id] = value.split(" ");
    const column = ground.columns.find((each) => each.state.id === id);
    if (!column) return;
    const { after_id, before_id, ranks } = placesAt(column.tasks, end === "top" ? 0 : column.tasks.length, new Set(tasks.map((task) => task.id)));
    onEdit({ move: { state_id: column.state.id, after_id, before_id }, ranks, state: column.state });
  }

  if (kind === "state")
    return <Picker label="Change state…" choices={stateChoices(ground)} selected={one(shared(tasks, (task) => task.state_id))} onPick={(id) => change({ state_id: id })} onClose={onClose} />;
  if (kind === "priority")
    return <Picker label="Set priority…" choices={priorityChoices} selected={one(shared(tasks, (task) => task.priority))} onPick={(value) => change({ priority: Number(value) })} onClose={onClose} />;
  if (kind === "move") return <Picker label="Move to…" choices={endChoices(ground)} onPick={move} onClose={onClose} />;
  if (kind === "due") return <DayPanel label="Due date" value={shared(tasks, (task) => task.due_on) ?? null} onPick={(due_on) => change({ due_on })} onClose={onClose} clears={tasks.some((task) => task.due_on !== null)} />;
  const field = kind === "label" ? "label_ids" : "assignee_ids";
  const held = counted(tasks, field);
  return (
    <Picker
      label={kind === "label" ? "Labels…" : "Assign to…"}
      several
      empty="Type a name to make the first label."
      choices={kind === "label" ? labelsOf(ground, tasks) : peopleOf(ground, tasks)}
      selected={[...held].filter(([, count]) => count === tasks.length).map(([id]) => id)}
      onPick={(id) => change({ [kind === "label" ? "labels" : "assignees"]: flipped(id, held, tasks.length) })}
      onCreate={kind === "label" ? (name) => void createLabel(name) : undefined}
      onClose={onClose}
    />
  );
}
