import { infiniteQueryOptions, queryOptions, type InfiniteData } from "@tanstack/react-query";

import { get, send } from "@/api/client";
import type { ChangeOut, ChangePage, HistoryOut, UndoOut } from "@/api/types";
import { isProblem } from "@/lib/problem";
import type { Apply } from "@/live/apply";
import { live } from "@/live/cache";


export const PAGE = 50;

/** What of a project's history is looked at. */
export interface HistoryFilter {
  by?: string | undefined;
  noun?: string | undefined;
}

/** What a history is of, and where the server tells it. */
export interface Source {
  project: string;
  path: string;
  filter?: HistoryFilter;
  /** Whether an event belongs here. */
  concerns: (event: { kind: string; id: string }) => boolean;
}

export const projectHistory = (project: string, filter: HistoryFilter): Source => ({
  project,
  path: `/api/projects/${project}/history`,
  filter,
  // By whom is not asked: an answer that has nothing new is cheap, and somebody's next page may begin here.
  concerns: ({ kind }) => !filter.noun || kind.startsWith(`${filter.noun}.`),
});

export const taskHistory = (project: string, task: string): Source => ({
  project,
  path: `/api/tasks/${task}/history`,
  concerns: ({ kind, id }) => id === task && kind.startsWith("task."),
});

export const commentHistory = (project: string, comment: string): Source => ({
  project,
  path: `/api/comments/${comment}/history`,
  concerns: ({ kind, id }) => id === comment && kind.startsWith("comment."),
});

/** Pages from the newest on; `heard` is the last revision that the stream told, which may not be here yet. */
export interface Pages extends InfiniteData<HistoryOut, string | null> {
  heard?: number;
}

/** Events do not say all that a history tells, so they only tell that there is something to ask for. */
export const applyToHistory =
  ({ project, concerns }: Source): Apply<Pages> =>
  (pages, change) => {
    if (change.topic !== `project:${project}` || change.revision === null || !concerns(change)) return pages;
    const shown = Math.max(pages.heard ?? 0, pages.pages[0]?.items[0]?.revision ?? 0);
    return change.revision > shown ? { ...pages, heard: change.revision } : pages;
  };

export const historyKey = ({ path, filter }: Source) => ["history", path, filter?.by ?? "", filter?.noun ?? ""] as const;

export const historyPage = ({ path, filter }: Source, cursor: string | null, signal?: AbortSignal) =>
  get<HistoryOut>(path, { limit: PAGE, cursor, by: filter?.by, noun: filter?.noun }, signal);

export const historyQuery = (source: Source) =>
  infiniteQueryOptions({
    queryKey: historyKey(source),
    queryFn: ({ pageParam, signal }) => historyPage(source, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: HistoryOut) => page.next_cursor,
    staleTime: 0,
    // Asked anew as a whole only when it is opened anew: what is new comes on top (see useHistory).
    refetchOnWindowFocus: false,
    meta: live<Pages>({ apply: applyToHistory(source) }),
  });

export const changeQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["history", "change", id] as const,
    queryFn: ({ pageParam, signal }) => get<ChangePage>(`/api/changes/${id}`, { cursor: pageParam, limit: 200 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: ChangePage) => page.next_cursor,
  });

export const previewQuery = (change: string, only?: readonly string[]) =>
  queryOptions({
    queryKey: ["history", "undo", change, ...(only ?? [])] as const,
    queryFn: () => postUndo(change, { preview: true, only }),
    // What would happen now, not a minute ago.
    staleTime: 0,
    gcTime: 0,
  });

/** Undoes a change, or says what that would do. What conflicts whole is an answer too: nothing was undone. */
export async function postUndo(
  change: string,
  { preview = false, only }: { preview?: boolean; only?: readonly string[] | undefined } = {},
): Promise<UndoOut> {
  try {
    const options = { body: { preview, ...(only && { only }) }, unheard: true };
    return (await send<UndoOut>("POST", `/api/changes/${change}/undo`, options)).data;
  } catch (error) {
    if (!isProblem(error, "undo.conflicts")) throw error;
    return { preview, change: null, ...error.extra } as UndoOut;
  }
}

/** The newest page laid over what is here; null where they do not meet, and all is asked for again. */
export function withNewest(pages: Pages, newest: HistoryOut): Pages | null {
  const [first, ...rest] = pages.pages;
  if (!first) return null;
  const known = new Set(first.items.map((one) => one.id));
  const meets = first.items.length === 0 ? newest.next_cursor === null : newest.items.some((one) => known.has(one.id));
  if (!meets) return null;
  const fresh = new Map(newest.items.map((one) => [one.id, one]));
  const items = [...newest.items, ...first.items.filter((one) => !fresh.has(one.id))];
  const people = [...newest.people, ...first.people.filter((one) => !newest.people.some((other) => other.person_id === one.person_id))];
  const undone = undoneBy(newest.items.filter((one) => !known.has(one.id)), [...items, ...rest.flatMap((page) => page.items)]);
  const marked = (list: ChangeOut[]) =>
    list.map((one) => (undone.has(one.id) ? { ...one, undone_by: undone.get(one.id) ?? null } : one));
  return { ...pages, pages: [{ ...first, items: marked(items), people }, ...rest.map((page) => ({ ...page, items: marked(page.items) }))] };
}

/** What undoes that have just come make of what is further down: undone, or, where it was an undo itself, done again. */
function undoneBy(news: readonly ChangeOut[], all: readonly ChangeOut[]): Map<string, string | null> {
  const marks = new Map<string, string | null>();
  const byId = new Map(all.map((one) => [one.id, one]));
  for (const change of news.toReversed()) {
    let by: string | null = change.id;
    for (let undone = byId.get(change.undoes ?? ""); undone; undone = byId.get(undone.undoes ?? "")) {
      marks.set(undone.id, by);
      by = by === null ? undone.id : null;
    }
  }
  return marks;
}
