import { Button, Tooltip } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useRef, useState, type ReactNode } from "react";

import { WaitingChip } from "@/features/outbox/WaitingChip";
import { HereStack } from "@/features/presence/Presence";
import { ProjectMenu } from "@/features/projects/ProjectMenu";
import { runAction, useAction } from "@/lib/actions";
import { useFreshness } from "@/live/freshness";
import { Float } from "@/ui/Float";
import { FreshnessLight } from "@/ui/FreshnessLight";
import { Header } from "@/ui/Header";
import { IconCalendarEvent, IconHistory, IconLayoutKanban, IconLayoutList, IconLock, IconPlus, IconSearch, IconX } from "@/ui/icons";
import { Picker, type Choice } from "@/ui/Picker";
import { ViewSwitch } from "@/ui/ViewSwitch";

import { toggled, type Filter } from "./filter";
import type { Ground } from "./project";
import { labelChoices, peopleChoices, priorityChoices } from "./TaskMenu";
import classes from "./tasks.module.css";

interface Props {
  slug: string;
  projectKey: string;
  name: string;
  ground: Ground | undefined;
  /** Null where tasks are not filtered. */
  filter: Filter | null;
  children?: ReactNode;
}

/** The top bar of a project's views: where you are, how fresh it is, which view, what it shows. */
export function ProjectHeader({ slug, projectKey, name, ground, filter, children }: Props) {
  const freshness = useFreshness(ground ? `project:${ground.project.id}` : "");
  const params = { slug, key: projectKey };
  const search = keepFilter;
  const navigate = useNavigate();
  // Nothing is made in the past.
  const isPast = "at" in useSearch({ strict: false });
  const history = () => void navigate({ to: "/w/$slug/p/$key/history", params, search: keepFilter as never });
  useAction({ id: "go.history", title: "History of this project", group: "Go", keys: "g h", run: history });
  const views = [
    { name: "Board", icon: <IconLayoutKanban size={15} />, link: { to: "/w/$slug/p/$key", params, search } as const },
    { name: "List", icon: <IconLayoutList size={15} />, link: { to: "/w/$slug/p/$key/list", params, search } as const },
    { name: "Calendar", icon: <IconCalendarEvent size={15} />, link: { to: "/w/$slug/p/$key/calendar", params, search } as const },
    // The past of the whole project is for those who see the whole project.
    ...(ground?.project.only_assigned
      ? []
      : [{ name: "History", icon: <IconHistory size={15} />, link: { to: "/w/$slug/p/$key/history", params, search } as const }]),
  ];
  return (
    <Header
      title={name}
      mark={
        ground && (
          <>
            <FreshnessLight {...freshness} />
            <WaitingChip />
            {ground.project.only_assigned && (
              <Tooltip label="You see only tasks that are assigned to you. An admin of the project can change that.">
                <span className={classes.partial}>
                  <IconLock size={13} aria-hidden /> <span>Only yours</span>
                </span>
              </Tooltip>
            )}
            <HereStack topic={`project:${ground.project.id}`} person={ground.person} />
          </>
        )
      }
      views={<ViewSwitch views={views} label="Views" />}
    >
      {children}
      {ground && filter && <FilterBar ground={ground} filter={filter} />}
      {ground?.mayEdit && !isPast && (
        <Button className={classes.newTask ?? ""} aria-label="New task" leftSection={<IconPlus size={14} />} onClick={() => runAction("task.create")}>
          New task
        </Button>
      )}
      <ProjectMenu slug={slug} projectKey={projectKey} />
    </Header>
  );
}

const keepFilter = ({ task: _sheet, at: _at, from: _from, to: _to, month: _month, ...filter }: Record<string, unknown>) => filter;

const nobody: Choice = { value: "none", name: "Nobody" };
const noLabel: Choice = { value: "none", name: "No label" };

function FilterBar({ ground, filter }: { ground: Ground; filter: Filter }) {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const held = useSearch({ strict: false });
  useAction({ id: "filter", title: "Filter this view", group: "View", keys: "f", run: () => input.current?.focus() });

  function set(next: Filter) {
    void navigate({ to: ".", search: { ...held, ...next } as never, replace: true });
  }

  return (
    <div className={classes.filters} role="search" aria-label="Filter">
      <label className={classes.filterText} data-on={filter.q ? true : undefined}>
        <IconSearch size={14} />
        <span className="hw-hidden">Filter by words</span>
        <input
          ref={input}
          value={filter.q ?? ""}
          placeholder="Filter"
          onChange={(event) => set({ q: event.currentTarget.value || undefined })}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            if (filter.q) set({ q: undefined });
            else event.currentTarget.blur();
          }}
        />
      </label>
      <FilterMenu
        name="Assignee"
        value={filter.assignee}
        choices={[...peopleChoices(ground), nobody]}
        onChange={(assignee) => set({ assignee })}
      />
      <FilterMenu name="Label" value={filter.label} choices={[...labelChoices(ground), noLabel]} onChange={(label) => set({ label })} />
      <FilterMenu name="Priority" value={filter.priority} choices={priorityChoices} onChange={(priority) => set({ priority })} />
    </div>
  );
}

interface MenuProps {
  name: string;
  value: string | undefined;
  choices: Choice[];
  several?: boolean;
  onChange: (value: string | undefined) => void;
}

/** One thing to filter by. What is picked is a comma list, unless only one may be. */
export function FilterMenu({ name, value, choices, several = true, onChange }: MenuProps) {
  const [open, setOpen] = useState(false);
  const held = value?.split(",") ?? [];
  const first = choices.find((choice) => choice.value === held[0]);
  const words: ReactNode = held.length === 0 ? name : held.length === 1 && first ? first.name : `${name}: ${held.length}`;
  return (
    <span className={classes.filter} data-on={held.length > 0 || undefined}>
      <Float
        open={open}
        onClose={() => setOpen(false)}
        label={`Filter by ${name.toLowerCase()}`}
        at={
          <button type="button" className={classes.filterButton} onClick={() => setOpen(!open)}>
            {held.length === 1 && first?.icon}
            <span className={classes.filterWords}>{words}</span>
          </button>
        }
      >
        {open && (
          <Picker
            label={`${name}…`}
            several={several}
            choices={choices}
            selected={held}
            onPick={(one) => onChange(several ? toggled(value, one) : one)}
            onClose={() => setOpen(false)}
          />
        )}
      </Float>
      {held.length > 0 && (
        <button type="button" className={classes.filterClear} aria-label={`Do not filter by ${name.toLowerCase()}`} onClick={() => onChange(undefined)}>
          <IconX size={12} />
        </button>
      )}
    </span>
  );
}
