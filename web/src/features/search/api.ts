import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { get } from "@/api/client";
import type { FoundOut } from "@/api/types";
import { applyToFound } from "@/live/apply";
import { live } from "@/live/cache";

export const MOST = 50;

export const searchQuery = (workspace: string, q: string) =>
  queryOptions({
    queryKey: ["workspaces", workspace, "search", q] as const,
    queryFn: ({ signal }) => get<FoundOut>(`/api/workspaces/${workspace}/search`, { q, limit: MOST }, signal),
    enabled: workspace !== "" && q !== "",
    // The last answer stays while the next one is on its way, so the list does not blink at each letter.
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    meta: live<FoundOut>({ apply: applyToFound, access: true }),
  });
