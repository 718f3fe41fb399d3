import { useQueryClient } from "@tanstack/react-query";

import type { LabStateOut } from "@/api/types";
import { timeWords } from "@/lib/dates";
import { plural } from "@/lib/text";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { toastError } from "@/ui/toast";

import { stateKey, stopRun } from "./api";
import { Charts } from "./Charts";
import { countsOf, VerdictCounts } from "./Claims";
import classes from "./lab.module.css";
import { leftWords, sizeWords } from "./words";

/** The run that is under way: how far, what has been measured, and the way to stop it. */
export function RunningSection({ state }: { state: LabStateOut }) {
  const client = useQueryClient();

  async function stop() {
    try {
      client.setQueryData(stateKey, await stopRun());
    } catch (error) {
      toastError(error);
      void client.invalidateQueries({ queryKey: stateKey });
    }
  }

  if (state.by_hand)
    return (
      <section className={classes.section} aria-label="A run is under way">
        <h2 className={classes.heading}>A run is under way</h2>
        <p className={classes.lead}>
          Somebody runs the lab from this machine’s command line. Its progress is shown there, and its result here when it has ended.
        </p>
      </section>
    );
  const share = state.of > 0 ? state.done / state.of : 0;
  return (
    <section className={classes.section} aria-labelledby="lab-running">
      <div className={classes.head}>
        <div>
          <h2 id="lab-running" className={classes.heading}>
            {sizeWords(state.quick ? "quick" : "full")} under way
          </h2>
          <p className={classes.small}>
            Started by {state.started_by}
            {state.started_at && ` at ${timeWords(state.started_at)}`}
          </p>
        </div>
        <ConfirmButton
          variant="default"
          size="xs"
          disabled={state.stopping}
          question="Stop this run? What has been measured until now is scored and kept."
          confirm="Stop the run"
          onConfirm={stop}
        >
          {state.stopping ? "Stopping…" : "Stop"}
        </ConfirmButton>
      </div>
      <div
        className={classes.progress}
        role="progressbar"
        aria-label="Progress of the run"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <span style={{ width: `${share * 100}%` }} />
      </div>
      <p className={classes.doing}>
        <span>{state.stopping ? "Taking its servers down" : state.doing || "Starting"}</span>
        <span className="hw-num">
          {state.of > 0 && `${state.done} of ${state.of}`}
          {state.seconds_left !== null && !state.stopping && ` · ${leftWords(state.seconds_left)}`}
        </span>
      </p>
      {state.claims.length > 0 && <VerdictCounts counts={countsOf(state.claims)} />}
      {state.runs.length > 0 ? (
        <Charts runs={state.runs} />
      ) : (
        <p className={classes.small}>The first figures come when the database is filled and the servers have warmed up.</p>
      )}
      {/* Screen readers hear of every tenth measurement, not of each. */}
      <p className="hw-hidden" role="status">
        {state.runs.length >= 10 && `${plural(Math.floor(state.runs.length / 10) * 10, "measurement", "measurements")} made.`}
      </p>
    </section>
  );
}
