import { useInfiniteQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";

import type { HistoryOut } from "@/api/types";

import { historyKey, historyPage, historyQuery, withNewest, type Pages, type Source } from "./api";

// At most so often the newest page is asked for again while others are busy.
const EVERY = 1_000;

/** A history that stays fresh: what is new comes on top, in the order in which it happened. */
export function useHistory(source: Source, enabled = true) {
  const client = useQueryClient();
  const query = useInfiniteQuery({ ...historyQuery(source), enabled });
  const data = query.data as (InfiniteData<HistoryOut, string | null> & Pick<Pages, "heard">) | undefined;
  const heard = data?.heard ?? 0;
  const asked = useRef({ heard: 0, at: 0 });
  const latest = useRef(source);
  const name = JSON.stringify(historyKey(source));
  useEffect(() => {
    latest.current = source;
  });

  useEffect(() => {
    asked.current = { heard: 0, at: 0 };
  }, [name]);

  useEffect(() => {
    if (heard <= asked.current.heard) return undefined;
    const wait = Math.max(0, asked.current.at + EVERY - Date.now());
    const timer = setTimeout(() => {
      asked.current = { heard, at: Date.now() };
      void addNewest(latest.current);
    }, wait);
    return () => clearTimeout(timer);

    async function addNewest(of: Source) {
      const queryKey = historyKey(of);
      const newest = await historyPage(of, null).catch(() => null);
      // What could not be asked for comes with the next event, or when it is opened again.
      if (!newest) return;
      const held = client.getQueryData<Pages>(queryKey);
      const next = held && withNewest(held, newest);
      if (next) client.setQueryData(queryKey, next);
      else void client.invalidateQueries({ queryKey, exact: true });
    }
  }, [client, heard, name]);

  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const people = useMemo(() => data?.pages.flatMap((page) => page.people) ?? [], [data]);
  return { ...query, items, people };
}
