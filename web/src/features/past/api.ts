import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { get, put } from "@/api/client";
import type { BoardThen, CommentsOut, DiffOut, LastLookOut, TaskOut, TimelineOut } from "@/api/types";

/** How many positions the slider has. */
export const STEPS = 160;
/** Cards of each state that a board of the past shows; the rest is counted. */
export const PER_STATE = 100;

const HOUR = 3_600_000;

/** A project's life in equal steps of time, each with the revision it had and how much happened. */
export const timelineQuery = (project: string) =>
  queryOptions({
    queryKey: ["past", project, "timeline"] as const,
    queryFn: ({ signal }) => get<TimelineOut>(`/api/projects/${project}/timeline`, { steps: STEPS }, signal),
    staleTime: 0,
  });

/** The board as it was. What was once so stays so; the picture before stays until the next one is there. */
export const boardThenQuery = (project: string, at: string) =>
  queryOptions({
    queryKey: ["past", project, "board", at] as const,
    queryFn: ({ signal }) => get<BoardThen>(`/api/projects/${project}/board`, { as_of: at, per_state: PER_STATE }, signal),
    staleTime: HOUR,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
    retry: false,
  });

export const taskThenQuery = (task: string, at: string) =>
  queryOptions({
    queryKey: ["past", task, "task", at] as const,
    queryFn: ({ signal }) => get<TaskOut>(`/api/tasks/${task}`, { as_of: at }, signal),
    staleTime: HOUR,
    gcTime: 60_000,
  });

export const commentsThenQuery = (task: string, at: string) =>
  queryOptions({
    queryKey: ["past", task, "comments", at] as const,
    queryFn: ({ signal }) => get<CommentsOut>(`/api/tasks/${task}/comments`, { as_of: at }, signal),
    staleTime: HOUR,
    gcTime: 60_000,
  });

/** What differs between two moments or revisions; without `to` it is what differs now. */
export const diffQuery = (project: string, from: string, to: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["past", project, "diff", from, to ?? ""] as const,
    queryFn: ({ pageParam, signal }) =>
      get<DiffOut>(`/api/projects/${project}/diff`, { from, to, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: DiffOut) => page.next_cursor,
    staleTime: 0,
    refetchOnWindowFocus: false,
    retry: false,
  });

export const getLastLook = (project: string) => get<LastLookOut>(`/api/projects/${project}/last-look`);
export const putLastLook = (project: string, revision: number) => put(`/api/projects/${project}/last-look`, { revision });
