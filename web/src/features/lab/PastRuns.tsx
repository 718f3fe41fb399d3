import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { LabRunHeader } from "@/api/types";
import { momentWords } from "@/lib/dates";
import { plural } from "@/lib/text";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { EmptyFace, ErrorFace } from "@/ui/Faces";
import { IconFlask, IconTrash } from "@/ui/icons";
import { RowsSkeleton } from "@/ui/Skeletons";
import { toast, toastError } from "@/ui/toast";

import { deleteRun, runsKey, runsQuery } from "./api";
import { VerdictMark } from "./Claims";
import classes from "./lab.module.css";
import { durationWords, endingWords, sizeWords, verdicts, verdictWords } from "./words";

/** The runs that are kept on this machine, by hand or from here. */
export function PastRuns() {
  const runs = useQuery(runsQuery);
  return (
    <section className={classes.section} aria-labelledby="lab-past">
      <h2 id="lab-past" className={classes.heading}>
        Past runs
      </h2>
      {runs.isPending && <RowsSkeleton rows={3} />}
      {runs.isError && !runs.data && <ErrorFace error={runs.error} retry={() => void runs.refetch()} />}
      {runs.data?.items.length === 0 && (
        <EmptyFace title="Nothing measured yet" icon={<IconFlask size={28} stroke={1.5} />}>
          Runs stay on this machine, also those of <code>headway lab run</code>, until you delete them.
        </EmptyFace>
      )}
      {runs.data && runs.data.items.length > 0 && (
        <ul className={classes.runs} aria-label="Past runs">
          {runs.data.items.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </ul>
      )}
      {runs.data?.warnings.map((warning) => (
        <p key={warning} className={classes.warning}>
          {warning}
        </p>
      ))}
    </section>
  );
}

function RunRow({ run }: { run: LabRunHeader }) {
  const client = useQueryClient();
  const when = momentWords(run.started_at);
  const took = run.ended_at ? (Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000 : null;

  async function remove() {
    try {
      await deleteRun(run.id);
      toast({ words: "The run is deleted." });
    } catch (error) {
      toastError(error);
    }
    await client.invalidateQueries({ queryKey: runsKey });
  }

  return (
    <li className={classes.run}>
      <Link to="/lab/$run" params={{ run: run.id }} className={classes.runLink}>
        <span className={classes.runName}>
          {when}
          {run.ended !== "finished" && (
            <span className={classes.ending} data-ended={run.ended}>
              {endingWords[run.ended]}
            </span>
          )}
        </span>
        <span className={classes.small}>
          {[sizeWords(run.size), plural(run.measurements, "measurement", "measurements"), took !== null && durationWords(took)].filter(Boolean).join(" · ")}
        </span>
        <span className={classes.runVerdicts}>
          {verdicts
            .filter((verdict) => run.verdicts[verdict])
            .map((verdict) => (
              <span key={verdict} title={verdictWords[verdict].name}>
                <VerdictMark verdict={verdict} />
                {run.verdicts[verdict]}
                <span className="hw-hidden"> {verdictWords[verdict].many}</span>
              </span>
            ))}
        </span>
      </Link>
      <ConfirmButton
        variant="subtle"
        color="gray"
        size="xs"
        aria-label={`Delete the run of ${when}`}
        question={`Delete the run of ${when} and its report from this machine?`}
        confirm="Delete"
        onConfirm={remove}
      >
        <IconTrash size={15} />
      </ConfirmButton>
    </li>
  );
}
