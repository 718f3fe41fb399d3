import { createContext, useContext, useSyncExternalStore } from "react";

import type { Freshness } from "@/ui/FreshnessLight";

import type { PresenceBook } from "./presence";
import type { LiveSocket } from "./socket";

export interface LiveParts {
  socket: LiveSocket;
  presence: PresenceBook;
}

export const LiveContext = createContext<LiveParts | null>(null);

const never = () => () => undefined;

/** How fresh the screen is for this topic. */
export function useFreshness(topic: string): Freshness {
  const socket = useContext(LiveContext)?.socket;
  const state = useSyncExternalStore(socket?.subscribe ?? never, () => socket?.stateOf(topic) ?? "catching-up");
  if (state === "live" || state === "catching-up") return { state };
  return { state: "offline", since: state.slice("offline ".length) };
}

/** Whether the server has closed this topic to me while I was looking. */
export function useGone(topic: string): boolean {
  const socket = useContext(LiveContext)?.socket;
  return useSyncExternalStore(socket?.subscribe ?? never, () => socket?.isGone(topic) ?? false);
}
