import type { LabClaim, LabRun, LabStateOut } from "@/api/types";

/** The stream's events, under the names that `LabState` has for the same. */
export type LabEvent =
  | { kind: "started"; data: { at: string; by: string; quick: boolean } }
  | {
      kind: "progress";
      data: Pick<LabStateOut, "done" | "of" | "doing"> & {
        seconds_left?: number | null;
        run?: LabRun | null;
        claims?: LabClaim[] | null;
      };
    }
  | { kind: "stopping"; data: boolean }
  | { kind: "ended"; data: { id: string; ended: NonNullable<LabStateOut["ended"]>; problem?: string | null } };

export const kinds = ["started", "progress", "stopping", "ended"] as const;

/** The state after an event; the same as the server would tell. What it holds already changes nothing. */
export function fold(state: LabStateOut, number: number, event: LabEvent): LabStateOut {
  if (number <= state.lines) return state;
  const next = { ...state, lines: number };
  switch (event.kind) {
    case "started":
      return { ...next, running: true, by_hand: false, started_at: event.data.at, started_by: event.data.by, quick: event.data.quick };
    case "progress": {
      const { run, claims, seconds_left, ...told } = event.data;
      return {
        ...next,
        ...told,
        seconds_left: seconds_left ?? null,
        runs: run ? [...state.runs, run] : state.runs,
        claims: claims ?? state.claims,
      };
    }
    case "stopping":
      return { ...next, stopping: true };
    case "ended":
      return { ...next, running: false, id: event.data.id || null, ended: event.data.ended, problem: event.data.problem ?? null };
  }
}
