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
import { isProblem, sentenceOf, type ProblemError } from "@/lib/problem";
import { plural } from "@/lib/text";
import { EmptyFace, ErrorFace } from "@/ui/Faces";
import { Header } from "@/ui/Header";
import { IconSearch } from "@/ui/icons";
import { RowsSkeleton } from "@/ui/Skeletons";

import { MOST, searchQuery } from "./api";
import { marked } from "./completing";
import { FilterField } from "./FilterField";
import search from "./search.module.css";

const route = getRouteApi("/w/$slug/search");

const EXAMPLES = [
  ["assignee:me is:open", "what is mine and not done"],
  ["due<7d -state:done", "due within a week, or late"],
  ["label:bug priority>=high", "what burns"],
  ['"exact words" OR by:me', "one or the other"],
] as const;

/** Finds tasks by a filter, over all projects of the workspace, while you type; what is found stays live. */
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
  const mistake = isProblem(found.error, "search.syntax") ? found.error : null;
  const { root, current, handlers, focus } = useLines({ slug, tasks, opened });
  useAction({ id: "go.search", title: "Search", group: "Go", keys: "/", run: () => field.current?.select() });

  function show(filter: string) {
    setText(filter);
    field.current?.focus();
  }

  // The address follows what is searched for, so that it can be sent and come back to.
  useEffect(() => {
    if (wanted !== q)
      void navigate({ to: ".", search: (held: object) => ({ ...held, q: wanted || undefined }) as never, replace: true });
  }, [wanted, q, navigate]);

  return (
    <>
      <Header title="Search" />
      <FilterField
        field={field}
        workspace={workspace?.id ?? ""}
        text={text}
        onText={setText}
        onLeave={() => focus(tasks[0])}
        count={wanted && found.data && !found.isPlaceholderData && (tasks.length < MOST ? plural(tasks.length, "task", "tasks") : `The first ${MOST}`)}
      />
      {mistake && <Mistake text={wanted} problem={mistake} />}
      {mistake ? null : found.isError ? (
        <ErrorFace error={found.error} retry={() => void found.refetch()} />
      ) : !wanted ? (
        <EmptyFace icon={<IconSearch size={28} stroke={1.5} />} title="Find any task">
          Type a few words of it, or say which tasks you mean. The list stays up to date while you look at it.
          <span className={search.examples}>
            {EXAMPLES.map(([filter, meaning]) => (
              <button key={filter} type="button" className={search.example} onClick={() => show(filter)}>
                <code>{filter}</code>
                <span>{meaning}</span>
              </button>
            ))}
          </span>
        </EmptyFace>
      ) : !found.data ? (
        <RowsSkeleton rows={6} />
      ) : tasks.length === 0 ? (
        <EmptyFace icon={<IconSearch size={28} stroke={1.5} />} title={`Nothing for “${wanted}”`}>
          Try fewer words, or fewer conditions.
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

/** What cannot be read in a filter; the mark says where. */
function Mistake({ text, problem }: { text: string; problem: ProblemError }) {
  const [before, wrong, after] = marked(text, Number(problem.extra.at), Number(problem.extra.end));
  return (
    <div className={search.mistake} role="status">
      <code>
        {before}
        <mark>{wrong}</mark>
        {after}
      </code>
      <span>{sentenceOf(problem).replace(/ \(At character \d+\.\)$/, "")}</span>
    </div>
  );
}
