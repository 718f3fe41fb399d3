import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import type { LabStateOut } from "@/api/types";

import { runsKey, stateKey } from "./api";
import { fold, kinds, type LabEvent } from "./fold";

/** Brings the lab's state up to date while a run is under way: the browser keeps the stream open and resumes it. */
export function useFollowing(following: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!following || typeof EventSource === "undefined") return undefined;
    const known = client.getQueryData<LabStateOut>(stateKey)?.lines ?? 0;
    const source = new EventSource(`/api/lab/running/stream?after=${known}`);
    for (const kind of kinds)
      source.addEventListener(kind, (message: MessageEvent<string>) => {
        const event = { kind, data: JSON.parse(message.data) } as LabEvent;
        client.setQueryData<LabStateOut>(stateKey, (state) => state && fold(state, Number(message.lastEventId), event));
        if (kind !== "ended") return;
        source.close();
        void client.invalidateQueries({ queryKey: runsKey });
      });
    // Cut off, or ended without a word: whether the run goes on is asked for, and the browser comes back by itself.
    source.onerror = () => void client.invalidateQueries({ queryKey: stateKey });
    return () => source.close();
  }, [client, following]);
}
