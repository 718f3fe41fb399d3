import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";

interface PastSearch {
  at?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  task?: string | undefined;
}

/** The ways to another moment. Where one is stands in the address, so that it can be shared. */
export function usePast() {
  const navigate = useNavigate();
  return useMemo(() => {
    const set = (next: PastSearch, replace = false) =>
      void navigate({ to: ".", search: (search: object) => ({ ...search, ...plain(next) }) as never, replace });
    return {
      go: (at: string) => set({ at, task: undefined }, true),
      now: () => set({ at: undefined }),
      compare: (from: string | undefined, to: string | undefined) => set({ from, to }, from !== undefined && to !== undefined),
      open: (task: string) => set({ task, at: undefined, from: undefined, to: undefined }),
    };
  }, [navigate]);
}

/** Revisions as numbers: the address puts texts that look like numbers into quotes. */
function plain(search: PastSearch) {
  return Object.fromEntries(Object.entries(search).map(([name, value]) => [name, /^\d{1,15}$/.test(value ?? "") ? Number(value) : value]));
}
