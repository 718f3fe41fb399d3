import { useContext, useEffect, useMemo, useRef, useSyncExternalStore } from "react";

import { LiveContext } from "@/live/freshness";
import type { Other } from "@/live/presence";

const TYPING_ENDS = 5_000;
const never = () => () => undefined;
const nobody: readonly Other[] = [];

/** Tells the others who follow this topic that it is on my screen, and which task of it, while this is shown. */
export function useHere(topic: string, task: string | null): void {
  const presence = useContext(LiveContext)?.presence;
  useEffect(() => (topic && presence ? presence.show(topic, task) : undefined), [presence, topic, task]);
}

export function useOthers(topic: string): readonly Other[] {
  const presence = useContext(LiveContext)?.presence;
  return useSyncExternalStore(presence?.subscribe ?? never, () => presence?.othersAt(topic) ?? nobody);
}

/** Who else has this task open, and who of them is writing in it. */
export function useOthersOn(topic: string, task: string): { here: string[]; typing: string[] } {
  const others = useOthers(topic);
  return useMemo(
    () => ({
      here: others.filter((one) => one.tasks.includes(task)).map((one) => one.person_id),
      typing: others.filter((one) => one.typing.includes(task)).map((one) => one.person_id),
    }),
    [others, task],
  );
}

/** The first of the others who has this task open, for a thin mark on its card. */
export function useFirstOn(topic: string, task: string): string | undefined {
  const presence = useContext(LiveContext)?.presence;
  return useSyncExternalStore(
    presence?.subscribe ?? never,
    () => presence?.othersAt(topic).find((one) => one.tasks.includes(task))?.person_id,
  );
}

/** To be called with every key: the others see that I am writing, until five seconds after the last one. */
export function useTyping(task: string): () => void {
  const presence = useContext(LiveContext)?.presence;
  const ends = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(ends.current);
      presence?.write(task, false);
    },
    [presence, task],
  );
  return () => {
    clearTimeout(ends.current);
    presence?.write(task, true);
    ends.current = setTimeout(() => presence?.write(task, false), TYPING_ENDS);
  };
}
