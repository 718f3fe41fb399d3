import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";

import classes from "@/features/tasks/lines.module.css";
import { TaskLine } from "@/features/tasks/TaskLine";
import { useLines } from "@/features/tasks/useLines";
import { useWalkOrder } from "@/features/tasks/walk";
import { useWorkspace } from "@/features/workspaces/api";
import { useAction } from "@/lib/actions";
import { plural } from "@/lib/text";
import { EmptyFace, ErrorFace } from "@/ui/Faces";
import { Header } from "@/ui/Header";
import { IconSearch } from "@/ui/icons";
import { RowsSkeleton } from "@/ui/Skeletons";

import { MOST, searchQuery } from "./api";
import search from "./search.module.css";

const route = getRouteApi("/w/$slug/search");

/** Finds tasks by their words, over all projects of the workspace, while you type. */
export function SearchScreen() {
  const { slug } = route.useParams();
  const { q = "", task: opened } = route.useSearch();
  const navigate = useNavigate();
  const workspace = useWorkspace(slug);
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(q);
  const [wanted] = useDebouncedValue(text.trim(), 150);
  const found = useQuery(searchQuery(workspace?.id ?? "", wanted));
  const tasks = useMemo(() => (wanted ? (found.data?.items ?? []) : []), [wanted, found.data]);
  useWalkOrder(useMemo(() => tasks.map((task) => task.human_id), [tasks]));
  const { root, current, handlers, focus } = useLines({ slug, tasks, opened });
  useAction({ id: "go.search", title: "Search", group: "Go", keys: "/", run: () => field.current?.select() });

  // The address follows what is searched for, so that it can be sent and come back to.
  useEffect(() => {
    if (wanted !== q)
      void navigate({ to: ".", search: (held: object) => ({ ...held, q: wanted || undefined }) as never, replace: true });
  }, [wanted, q, navigate]);

  return (
    <>
      <Header title="Search" />
      <label className={search.field}>
        <IconSearch size={16} />
        <span className="hw-hidden">Words to look for</span>
        <input
          ref={field}
          autoFocus
          type="search"
          className={search.text}
          placeholder="Words in titles and descriptions, or an id such as HW-42"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown" || event.key === "Enter") focus(tasks[0]);
            else if (event.key === "Escape" && text === "") event.currentTarget.blur();
            else return;
            event.preventDefault();
          }}
        />
        <span className={search.count} role="status">
          {wanted && found.data && !found.isPlaceholderData && (tasks.length < MOST ? plural(tasks.length, "task", "tasks") : `The first ${MOST}`)}
        </span>
      </label>
      {found.isError ? (
        <ErrorFace error={found.error} retry={() => void found.refetch()} />
      ) : !wanted ? (
        <EmptyFace icon={<IconSearch size={28} stroke={1.5} />} title="Find any task">
          Type a few words of its title or description. Every word has to be there, in any order.
        </EmptyFace>
      ) : !found.data ? (
        <RowsSkeleton rows={6} />
      ) : tasks.length === 0 ? (
        <EmptyFace icon={<IconSearch size={28} stroke={1.5} />} title={`Nothing with “${wanted}”`}>
          Try fewer words, or only the beginning of one.
        </EmptyFace>
      ) : (
        // Clicks and keys of all lines are handled once, here.
         
        <div ref={root} className={classes.scroll} {...handlers}>
          {tasks.map((task) => (
            <TaskLine
              key={task.id}
              task={task}
              category={task.state_category}
              stateName={task.state_name}
              place={`${task.state_name} · ${task.project_name}`}
              opened={task.human_id === opened}
              tabbable={task.id === current}
            />
          ))}
        </div>
      )}
    </>
  );
}
