import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import type { BoardOut } from "@/api/types";
import { boardKey } from "@/features/projects/api";
import { plural } from "@/lib/text";
import { onNews, useWaiting, type News } from "@/live/useOutbox";
import { isConflict, type Waiting } from "@/live/waiting";
import { toast } from "@/ui/toast";

import { isWatched, openRefused } from "./opened";

const SOON = 700;

/** Says at the foot of the page what became of what was written a while ago. */
export function OutboxNews() {
  const client = useQueryClient();
  const waits = useWaiting().some((item) => item.state === "waiting");
  useEffect(() => onNews((news) => tellNews(client, news)), [client]);
  useEffect(() => {
    if (!waits) return undefined;
    // After a reload what waited is mostly gone before anybody could have read this.
    const words = "The server cannot be reached. What you change is kept here and sent when it can be.";
    const timer = setTimeout(() => toast({ id: "waiting", words }), SOON);
    return () => clearTimeout(timer);
  }, [waits]);
  return null;
}

function tellNews(client: QueryClient, news: News): void {
  if (news.what === "caught-up") toast({ id: "waiting", words: `Back again: ${plural(news.count, "change was", "changes were")} saved.` });
  else if (news.what === "refused") tellRefused(news.item, news.awaited);
  else if (news.merged) toast({ words: `Merged with ${whoElse(client, news.item, news.by)} change of the ${fieldsIn(news.merged)}.` });
}

/** A toast is a line or two; the whole name is in what it opens. */
const short = (name: string) => (name.length > 48 ? `${name.slice(0, 46).trimEnd()}…` : name);

function tellRefused(item: Waiting, awaited: boolean): void {
  if (isConflict(item)) {
    if (isWatched(item.thing)) return;
    const action = { name: "Settle it", run: () => openRefused(item.id) };
    toast({ id: `refused-${item.id}`, words: `${short(item.name)}: ${item.refusal?.detail ?? ""}`, tone: "danger", action });
  } else if (!awaited) {
    const action = { name: "Look at it", run: () => openRefused(item.id) };
    toast({ id: `refused-${item.id}`, words: `${short(item.name)} could not be saved: ${item.refusal?.detail ?? ""}`, tone: "danger", action });
  }
}

const fieldsIn = (merged: string) => (merged === "body" ? "comment" : merged.split(", ").join(" and "));

/** Whose edits are in it too, if the stream has told: "Ben’s". */
function whoElse(client: QueryClient, item: Waiting, by: string | null): string {
  const people = client.getQueryData<BoardOut>(boardKey(item.project))?.people ?? [];
  const name = people.find((one) => one.person_id === by)?.name;
  return name ? `${name.split(" ")[0] ?? name}’s` : "somebody else’s";
}
