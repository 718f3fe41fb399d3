import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import type { BoardThen } from "@/api/types";

import { boardThenQuery, timelineQuery } from "./api";
import { changesAway, daysAway, nextStep, stepAt } from "./places";

// A hand on the slider passes many positions; only where it rests is asked for.
const REST = 90;
const PLAY = 700;

/** Where in time somebody is, and the ways to another moment. `at` is a revision or a time, as the address has it. */
export function useTimeBar(project: string, at: string, then: BoardThen | undefined, go: (at: string) => void) {
  const client = useQueryClient();
  const timeline = useQuery(timelineQuery(project)).data;
  const [dragged, setDragged] = useState<number | null>(null);
  const [playing, setPlaying] = useState(false);
  const resting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const steps = timeline?.steps ?? [];
  const shown = then ? stepAt(steps, then.at) : steps.length - 1;
  const place = dragged ?? shown;
  const isHere = then !== undefined && (String(then.revision) === at || Number.isNaN(Number(at)));

  useEffect(() => () => clearTimeout(resting.current), []);

  // The neighbours are at hand before somebody steps there.
  useEffect(() => {
    if (!timeline || !then || dragged !== null) return;
    for (const near of [shown - 1, shown + 1]) {
      const step = timeline.steps[near];
      if (step) void client.prefetchQuery(boardThenQuery(project, String(step.revision)));
    }
  }, [client, project, timeline, then, shown, dragged]);

  useEffect(() => {
    if (!playing || !timeline || !isHere) return undefined;
    const next = nextStep(timeline.steps, shown);
    const timer = setTimeout(() => {
      const step = next === null ? undefined : timeline.steps[next];
      if (step) go(String(step.revision));
      else setPlaying(false);
    }, PLAY);
    return () => clearTimeout(timer);
  }, [playing, timeline, isHere, shown, go]);

  function slide(to: number) {
    setPlaying(false);
    setDragged(to);
    clearTimeout(resting.current);
    resting.current = setTimeout(() => {
      setDragged(null);
      const step = steps[to];
      if (step) go(String(step.revision));
    }, REST);
  }

  const by = (next: (now: BoardThen) => string) => () => {
    setPlaying(false);
    if (timeline && then) go(next(then));
  };
  return {
    timeline,
    steps,
    place,
    /** The moment the label tells: under the hand, or what is shown. */
    moment: dragged === null ? then?.at : steps[dragged]?.at,
    slide,
    change: (count: number) => by((now) => changesAway(timeline!, now.revision, count)),
    day: (count: number) => by((now) => daysAway(timeline!, now.at, count)),
    playing,
    play: () => {
      // From the end it plays once more from the beginning.
      if (!playing && timeline && nextStep(timeline.steps, shown) === null) go(String(timeline.from.revision));
      setPlaying(!playing);
    },
  };
}
