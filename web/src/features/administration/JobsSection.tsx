import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { DeadJobOut } from "@/api/types";
import { agoWords } from "@/lib/dates";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { EmptyFace, ErrorFace } from "@/ui/Faces";
import { IconMailForward } from "@/ui/icons";
import { Row, Rows, SettingsSection } from "@/ui/Settings";
import { toast, toastError } from "@/ui/toast";

import { jobsKey, jobsQuery, jobWords, removeJob, retryJob, standingWords } from "./jobs";
import classes from "./jobs.module.css";

/** What is done behind the requests, and what nobody could do; for who runs the server. */
export function JobsSection() {
  const jobs = useQuery(jobsQuery);
  if (jobs.isPending) return null;
  if (jobs.isError)
    return (
      <SettingsSection title="Jobs">
        <ErrorFace error={jobs.error} retry={() => void jobs.refetch()} />
      </SettingsSection>
    );
  const { dead, dead_count } = jobs.data;
  return (
    <SettingsSection title="Jobs" lead={standingWords(jobs.data)}>
      {dead.length === 0 ? (
        <EmptyFace title="Nothing has failed for good">
          Letters and other work that did not succeed in ten tries would be listed here.
        </EmptyFace>
      ) : (
        <Rows label="Jobs that failed for good">
          {dead.map((job) => (
            <DeadJob key={job.id} job={job} />
          ))}
        </Rows>
      )}
      {dead_count > dead.length && <p className="hw-muted">And {dead_count - dead.length} older ones.</p>}
    </SettingsSection>
  );
}

function DeadJob({ job }: { job: DeadJobOut }) {
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: jobsKey });
  const retry = useMutation({
    mutationFn: () => retryJob(job.id),
    onSuccess: () => toast({ words: "It is tried again." }),
    onError: (error) => toastError(error),
    onSettled: refresh,
  });
  return (
    <Row
      mark={<IconMailForward size={18} className="hw-muted" />}
      name={jobWords(job.name)}
      detail={
        <span className={classes.whole}>
          {job.error ?? "Nobody knows why."}
          <br />
          {job.attempts === 1 ? "One try" : `${job.attempts} tries`}, given up {agoWords(job.dead_at)}
        </span>
      }
    >
      <Button variant="default" size="xs" loading={retry.isPending} onClick={() => retry.mutate()}>
        Try again
      </Button>
      <ConfirmButton
        variant="default"
        size="xs"
        question="It will never be done."
        confirm="Remove"
        onConfirm={() => removeJob(job.id).catch(toastError).then(refresh)}
      >
        Remove
      </ConfirmButton>
    </Row>
  );
}
