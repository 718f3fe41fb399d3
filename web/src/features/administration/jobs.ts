import { queryOptions } from "@tanstack/react-query";

import { del, get, post } from "@/api/client";
import type { JobsOut } from "@/api/types";

export const jobsKey = ["administration", "jobs"] as const;

export const jobsQuery = queryOptions({
  queryKey: jobsKey,
  queryFn: ({ signal }) => get<JobsOut>("/api/administration/jobs", {}, signal),
  refetchInterval: 5_000,
});

export const retryJob = (id: string) => post(`/api/administration/jobs/${id}/retry`);
export const removeJob = (id: string) => del(`/api/administration/jobs/${id}`);

const names: Record<string, string> = {
  letter: "Letter",
  password_reset: "Letter with a link for a new password",
  address_proof: "Letter to prove an e-mail address",
  invitation: "Letter with an invitation",
};

/** What a job was to do, for people. */
export const jobWords = (name: string) => names[name] ?? name;

/** How it stands, in a sentence. */
export function standingWords({ waiting, trying, overdue_seconds }: JobsOut): string {
  if (overdue_seconds > 60)
    return `Jobs have been waiting for ${Math.round(overdue_seconds / 60)} minutes. Is a worker running?`;
  const parts = [waiting && `${waiting} waiting`, trying && `${trying} being done or tried again`].filter(Boolean);
  return parts.length > 0 ? `${parts.join(", ")}.` : "Nothing is waiting.";
}
