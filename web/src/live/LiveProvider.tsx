import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";

import { accessChanged, LiveCache, missing } from "./cache";
import { LiveContext } from "./freshness";
import { LiveSocket } from "./socket";

const open = () => new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/live`);

/** Holds the tab's one socket while somebody is signed in. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [{ socket, cache }] = useState(() => {
    const cache = new LiveCache(client);
    const socket: LiveSocket = new LiveSocket({
      open,
      missing,
      onEvent: (event) => (event.kind === "session.ended" ? accessChanged(client) : cache.onEvent(event)),
      onReload: cache.onReload,
      onGone: () => accessChanged(client),
      onSignedOut: () => accessChanged(client),
      onAccess: () => {
        socket.forgive();
        accessChanged(client);
      },
    });
    return { socket, cache };
  });

  useEffect(() => {
    const wake = () => {
      if (document.visibilityState === "visible") socket.wake();
    };
    socket.start();
    const disconnect = cache.connect(socket);
    window.addEventListener("online", wake);
    window.addEventListener("offline", socket.sleep);
    document.addEventListener("visibilitychange", wake);
    return () => {
      window.removeEventListener("online", wake);
      window.removeEventListener("offline", socket.sleep);
      document.removeEventListener("visibilitychange", wake);
      disconnect();
      socket.stop();
    };
  }, [socket, cache]);

  return <LiveContext value={socket}>{children}</LiveContext>;
}
