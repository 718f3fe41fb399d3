import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { get } from "@/api/client";
import type { CompletionsOut, FoundOut } from "@/api/types";
import { applyToFound } from "@/live/apply";
import { live } from "@/live/cache";

export const MOST = 50;

/** What a filter means now, and from then on. Days are those of this browser. */
export const searchQuery = (workspace: string, q: string) =>
  queryOptions({
    queryKey: ["workspaces", workspace, "search", q] as const,
    queryFn: ({ signal }) => {
      const asked = { q, limit: MOST, utc_offset: -new Date().getTimezoneOffset(), follow: true };
      return get<FoundOut>(`/api/workspaces/${workspace}/search`, asked, signal);
    },
    enabled: workspace !== "" && q !== "",
    // The last answer stays while the next one is on its way, so the list does not blink at each letter.
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    meta: live<FoundOut>({ apply: applyToFound, revisions: (found) => found.revisions ?? {}, access: true }),
  });

/** What could be written where the cursor is. */
export const completionsQuery = (workspace: string, q: string, at: number) =>
  queryOptions({
    queryKey: ["workspaces", workspace, "completions", q, at] as const,
    queryFn: ({ signal }) =>
      get<CompletionsOut>(`/api/workspaces/${workspace}/search/completions`, { q, at }, signal),
    staleTime: 10_000,
  });
