import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { LabStateOut } from "@/api/types";
import { isProblem } from "@/lib/problem";
import { EmptyFace, ErrorFace } from "@/ui/Faces";
import { Header } from "@/ui/Header";
import { IconLock } from "@/ui/icons";
import { RowsSkeleton } from "@/ui/Skeletons";

import { runsQuery, stateQuery } from "./api";
import classes from "./lab.module.css";
import { PastRuns } from "./PastRuns";
import { RunningSection } from "./RunningSection";
import { StartSection } from "./StartSection";
import { useFollowing } from "./useFollowing";

/** The load lab: start a run, watch it, read past ones. For admins of the server. */
export function LabScreen() {
  const state = useQuery(stateQuery);
  useFollowing(state.data?.running === true && !state.data.by_hand);
  return (
    <>
      <Header title="Lab" />
      <div className={classes.page}>
        <div className={classes.column}>
          {isProblem(state.error, "lab.admins") ? (
            <AdminsOnly />
          ) : state.isError && !state.data ? (
            <ErrorFace error={state.error} retry={() => void state.refetch()} />
          ) : state.data ? (
            <>
              <LastEnd state={state.data} />
              {state.data.running ? <RunningSection state={state.data} /> : <StartSection />}
              <PastRuns />
            </>
          ) : (
            <RowsSkeleton rows={6} />
          )}
        </div>
      </div>
    </>
  );
}

export function AdminsOnly() {
  return (
    <EmptyFace title="The lab is for admins of this server" icon={<IconLock size={28} stroke={1.5} />}>
      A run takes the whole machine for minutes. Ask one of the admins to make one.
    </EmptyFace>
  );
}

/** How the last run from this page ended. A finished one that somebody has deleted is no news any more. */
function LastEnd({ state }: { state: LabStateOut }) {
  const runs = useQuery(runsQuery);
  if (state.running || state.ended === null) return null;
  const isKept = runs.data?.items.some((one) => one.id === state.id);
  if (state.ended === "finished" && !isKept) return null;
  const open = state.id && isKept && (
    <Link to="/lab/$run" params={{ run: state.id }} className={classes.open}>
      Open its result
    </Link>
  );
  return (
    <div className={classes.notice} role="status" data-ended={state.ended}>
      {state.ended === "finished" && <>The last run has finished. {open}</>}
      {state.ended === "interrupted" && (
        <>
          The last run was interrupted. {state.problem} {open}
        </>
      )}
      {state.ended === "failed" && (
        <>
          The last run failed: {state.problem ?? "It did not say why."} {open}
        </>
      )}
    </div>
  );
}
