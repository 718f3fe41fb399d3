import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";

import { ownDrafts } from "@/lib/drafts";
import { rememberSignedIn, SIGNED_IN, signedInAs } from "@/lib/memory";

import { accessChanged, LiveCache, missing } from "./cache";
import { deliver, tellAnswer, tellRefusal, whoAmI } from "./delivery";
import { LiveContext } from "./freshness";
import { Outbox } from "./outbox";
import { alone, BrowserStore } from "./outboxStore";
import { PresenceBook } from "./presence";
import { LiveSocket } from "./socket";
import { hearOutbox, setOutbox } from "./useOutbox";

const open = () => new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/live`);

function assemble(client: QueryClient, person: string) {
  const cache = new LiveCache(client);
  const presence = new PresenceBook(person, (here) => socket.setHere(here));
  const socket: LiveSocket = new LiveSocket({
    open,
    missing,
    onEvent: (event) => {
      if (event.kind === "session.ended") return accessChanged(client);
      outbox.met(event);
      cache.onEvent(event);
    },
    onReload: cache.onReload,
    onGone: () => accessChanged(client),
    onSignedOut: () => accessChanged(client),
    onAccess: () => {
      socket.forgive();
      accessChanged(client);
    },
    onPresence: presence.set,
  });
  const outbox: Outbox = new Outbox({
    person,
    store: new BrowserStore(person),
    send: deliver,
    whoAmI,
    alone,
    onSaved: (item, answer) => {
      tellAnswer(client, item, answer.data);
      hearOutbox({ what: "saved", item, merged: answer.merged, by: cache.lastOther(item.thing, person) });
    },
    onRefused: (item, awaited) => {
      tellRefusal(client, item);
      hearOutbox({ what: "refused", item, awaited });
    },
    onCaughtUp: (count) => hearOutbox({ what: "caught-up", count }),
    onStranger: () => accessChanged(client),
  });
  return { cache, socket, outbox, presence };
}

/** Holds the tab's one socket and what waits to be sent, while this person is signed in. Give it their id as its key. */
export function LiveProvider({ person, children }: { person: string; children: ReactNode }) {
  const client = useQueryClient();
  const [{ socket, cache, outbox, presence }] = useState(() => {
    // Before anything below reads a draft.
    ownDrafts(person);
    return assemble(client, person);
  });

  useEffect(() => {
    const wake = () => {
      if (document.visibilityState === "visible") socket.wake();
      outbox.wake();
    };
    const connection = () => {
      const { person: whose, down } = socket.connection();
      outbox.connection(whose, down);
      if (whose === null) presence.forget();
    };
    // The session is one for all tabs of this browser. Another tab may have changed it.
    const signedIn = (event: StorageEvent) => {
      if (event.key !== SIGNED_IN || signedInAs() === person) return;
      outbox.doubt();
      accessChanged(client);
    };
    rememberSignedIn(person);
    const unsubscribe = socket.subscribe(connection);
    setOutbox(outbox);
    outbox.start();
    socket.start();
    const disconnect = cache.connect(socket);
    window.addEventListener("storage", signedIn);
    window.addEventListener("online", wake);
    window.addEventListener("offline", socket.sleep);
    document.addEventListener("visibilitychange", wake);
    return () => {
      window.removeEventListener("storage", signedIn);
      window.removeEventListener("online", wake);
      window.removeEventListener("offline", socket.sleep);
      document.removeEventListener("visibilitychange", wake);
      disconnect();
      unsubscribe();
      socket.stop();
      outbox.stop();
      setOutbox(null);
    };
  }, [client, person, socket, cache, outbox, presence]);

  return <LiveContext value={{ socket, presence }}>{children}</LiveContext>;
}
