import { queryOptions } from "@tanstack/react-query";

import { del, get, post } from "@/api/client";
import type { LabResultOut, LabRunsOut, LabStateOut } from "@/api/types";

export const labKey = ["lab"] as const;
export const stateKey = ["lab", "running"] as const;
export const runsKey = ["lab", "runs"] as const;

const LOOK_AGAIN = 5_000;

/** The run under way, or how the last one ended. A run's own events come by its stream (useFollowing). */
export const stateQuery = queryOptions({
  queryKey: stateKey,
  queryFn: ({ signal }) => get<LabStateOut>("/api/lab/running", {}, signal),
  staleTime: 0,
  // Somebody else may start one, and a run by hand has no stream.
  refetchInterval: ({ state }) => (state.data?.running && !state.data.by_hand ? false : LOOK_AGAIN),
});

export const runsQuery = queryOptions({
  queryKey: runsKey,
  queryFn: ({ signal }) => get<LabRunsOut>("/api/lab/runs", {}, signal),
  staleTime: 0,
});

/** A kept run never changes. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["lab", "run", id] as const,
    queryFn: ({ signal }) => get<LabResultOut>(`/api/lab/runs/${encodeURIComponent(id)}`, {}, signal),
    staleTime: Infinity,
  });

export const startRun = (quick: boolean) => post<LabStateOut>("/api/lab/runs", { quick });
export const stopRun = () => del<LabStateOut>("/api/lab/running");
export const deleteRun = (id: string) => del(`/api/lab/runs/${encodeURIComponent(id)}`);
export const reportPath = (id: string) => `/api/lab/runs/${encodeURIComponent(id)}/report`;
