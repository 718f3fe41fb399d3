import { queryOptions } from "@tanstack/react-query";

import { get } from "@/api/client";
import type { MyWorkOut } from "@/api/types";
import { applyToMyWork } from "@/live/apply";
import { live } from "@/live/cache";

export const myWorkKey = (workspace: string) => ["workspaces", workspace, "my-work"] as const;

export const myWorkQuery = (workspace: string, me: string) =>
  queryOptions({
    queryKey: myWorkKey(workspace),
    queryFn: ({ signal }) => get<MyWorkOut>(`/api/workspaces/${workspace}/my-work`, {}, signal),
    enabled: workspace !== "" && me !== "",
    meta: live<MyWorkOut>({ apply: applyToMyWork(me), revisions: (work) => work.revisions, access: true }),
  });
