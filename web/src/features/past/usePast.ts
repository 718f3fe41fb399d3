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
      void navigate({ to: ".", search: (search: object) => ({ ...search, ...next }) as never, replace });
    return {
      go: (at: string) => set({ at, task: undefined }, true),
      now: () => set({ at: undefined }),
      compare: (from: string | undefined, to: string | undefined) => set({ from, to }, from !== undefined && to !== undefined),
      open: (task: string) => set({ task, at: undefined, from: undefined, to: undefined }),
    };
  }, [navigate]);
}
