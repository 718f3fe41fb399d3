import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { LabResultOut } from "@/api/types";
import { momentWords } from "@/lib/dates";
import { isProblem } from "@/lib/problem";
import { ErrorFace, MissingFace } from "@/ui/Faces";
import { Header } from "@/ui/Header";
import { IconExternalLink } from "@/ui/icons";
import { RowsSkeleton } from "@/ui/Skeletons";

import { reportPath, runQuery, runsQuery } from "./api";
import { Charts } from "./Charts";
import { Claims } from "./Claims";
import classes from "./lab.module.css";
import { AdminsOnly } from "./LabScreen";
import { durationWords, wordsOf } from "./words";

const route = getRouteApi("/lab/$run");

/** One kept run: verdicts, claims, charts, and what it was measured on. */
export function RunScreen() {
  const { run: id } = route.useParams();
  const run = useQuery(runQuery(id));
  const hasReport = useQuery(runsQuery).data?.items.find((one) => one.id === id)?.has_report;
  const title = run.data ? momentWords(run.data.started_at) : id;
  return (
    <>
      <title>{`Lab run of ${title} · Headway`}</title>
      <Header
        title={
          <>
            <Link to="/lab" className={classes.crumb}>
              Lab
            </Link>
            <span className={classes.slash} aria-hidden>
              /
            </span>
            {title}
          </>
        }
      >
        {hasReport && (
          <Button component="a" href={reportPath(id)} target="_blank" rel="noopener" variant="default" size="xs" rightSection={<IconExternalLink size={14} />}>
            Full report
          </Button>
        )}
      </Header>
      <div className={classes.page}>
        <div className={classes.column}>
          {run.data ? (
            <Whole run={run.data} />
          ) : isProblem(run.error, "lab.no_run") ? (
            <MissingFace what="This run" />
          ) : isProblem(run.error, "lab.admins") ? (
            <AdminsOnly />
          ) : run.isError ? (
            <ErrorFace error={run.error} retry={() => void run.refetch()} />
          ) : (
            <RowsSkeleton rows={10} />
          )}
        </div>
      </div>
    </>
  );
}

function Whole({ run }: { run: LabResultOut }) {
  const { claims = [], runs = [], agreement = [], warnings = [] } = run;
  const differing = agreement.filter((one) => !one.agrees);
  const notices = [
    run.ended === "interrupted" && `This run was interrupted: its figures go as far as it came. ${run.problem ?? ""}`,
    run.ended === "failed" && `This run failed: ${run.problem ?? "it did not say why."}`,
    ...differing.map((one) => `${wordsOf(one.stack)} answered “${one.request}” differently, so its figures are not of the same work: ${one.differs ?? ""}`),
    ...warnings,
  ].filter((one) => one !== false);
  return (
    <>
      {notices.length > 0 && (
        <ul className={classes.notices} aria-label="Before you read the figures">
          {notices.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
      <section className={classes.section} aria-labelledby="lab-claims">
        <h2 id="lab-claims" className={classes.heading}>
          What holds on this machine
        </h2>
        <p className={classes.lead}>
          {run.machine.processor}, {run.machine.cores} cores, {run.machine.memory_gb.toFixed(1)} GB, {run.machine.system}.
        </p>
        {claims.length > 0 ? <Claims claims={claims} /> : <p className={classes.small}>This run has scored no claim.</p>}
      </section>
      {runs.length > 0 && (
        <section className={classes.section} aria-labelledby="lab-figures">
          <h2 id="lab-figures" className={classes.heading}>
            Figures
          </h2>
          <p className={classes.lead}>
            Each mark is the median of its repeats, the whisker their least and most. A hollow mark has requests that were not answered.
          </p>
          <Charts runs={runs} />
        </section>
      )}
      <About run={run} />
    </>
  );
}

function About({ run }: { run: LabResultOut }) {
  const { does_not_show: limits = [], settings } = run;
  const took = run.ended_at ? durationWords((Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000) : "unknown";
  return (
    <section className={classes.section} aria-labelledby="lab-about">
      <h2 id="lab-about" className={classes.heading}>
        How it was measured
      </h2>
      <dl className={classes.facts}>
        <Fact name="Command">
          <code>{run.command}</code>
        </Fact>
        <Fact name="Took">{took}</Fact>
        {run.machine.load_before !== null && <Fact name="Load before">{run.machine.load_before.toFixed(2)}</Fact>}
        {Object.entries(settings).map(([name, value]) => (
          <Fact key={name} name={name[0]?.toUpperCase() + name.slice(1)}>
            {Array.isArray(value) ? value.join(", ") : typeof value === "number" ? value.toLocaleString("en") : value}
          </Fact>
        ))}
        <Fact name="Versions">
          {Object.entries(run.versions)
            .map(([name, version]) => `${name} ${version}`)
            .join(", ")}
        </Fact>
      </dl>
      {limits.length > 0 && (
        <>
          <h3 className={classes.groupName}>What this does not show</h3>
          <ul className={classes.limits}>
            {limits.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
