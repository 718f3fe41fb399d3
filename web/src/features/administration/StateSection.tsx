import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { ServerStateOut } from "@/api/types";
import { ErrorFace } from "@/ui/Faces";
import { IconAlertCircle, IconCheck } from "@/ui/icons";
import { SettingsSection } from "@/ui/Settings";
import { RowsSkeleton } from "@/ui/Skeletons";

import { SmallPlot } from "./SmallPlot";
import { durationWords, sizeWords, spanWords, stateQuery, strokes, troubles } from "./state";
import classes from "./state.module.css";
import { ChoresTable, DatabaseFacts, ProcessesTable, RoutesTable } from "./StateTables";

/** How the server is right now; asked again every two seconds. */
export function StateSection() {
  const state = useQuery(stateQuery);
  if (state.isPending)
    return (
      <SettingsSection title="State">
        <RowsSkeleton rows={6} />
      </SettingsSection>
    );
  if (!state.data)
    return (
      <SettingsSection title="State">
        <ErrorFace error={state.error} retry={() => void state.refetch()} />
      </SettingsSection>
    );
  return (
    <>
      {state.isError && (
        <p className={classes.notice} role="status" data-trouble>
          <IconAlertCircle size={16} />
          <span>The server does not answer. These are the last figures it gave; they are asked for again.</span>
        </p>
      )}
      <Now state={state.data} />
      <SettingsSection title="Database">
        <DatabaseFacts state={state.data} />
      </SettingsSection>
      <SettingsSection
        title="Processes"
        lead="Those of the server that answers. Another machine on the same database has a page of its own."
      >
        <ProcessesTable state={state.data} />
      </SettingsSection>
      <SettingsSection title="Slowest requests" lead="Since the processes started, up to the beginning of the answer.">
        <RoutesTable state={state.data} />
      </SettingsSection>
      <SettingsSection title="Chores" lead="What is done now and then, by one process at a time.">
        <ChoresTable state={state.data} />
      </SettingsSection>
    </>
  );
}

function Now({ state }: { state: ServerStateOut }) {
  const wrong = troubles(state);
  const { history, at } = state;
  return (
    <SettingsSection
      title="State"
      lead={`Headway ${state.version}, up for ${spanWords(state.started_at, at)}. The last five minutes, all processes together.`}
      action={
        <Link to="/lab" className={classes.lab}>
          Load lab
        </Link>
      }
    >
      <div role="status">
        {wrong.length === 0 ? (
          <p className={classes.notice}>
            <IconCheck size={16} />
            <span>Nothing stands out.</span>
          </p>
        ) : (
          wrong.map((words) => (
            <p key={words} className={classes.notice} data-trouble>
              <IconAlertCircle size={16} />
              <span>{words}</span>
            </p>
          ))
        )}
      </div>
      <div className={classes.plots}>
        <SmallPlot name="Requests" lines={strokes(history, at, (one) => one.requests)} show={perSecond} least={5} />
        <SmallPlot name="Time to answer" lines={strokes(history, at, (one) => one.mean)} show={durationWords} least={20} />
        <SmallPlot name="Event loop late" lines={strokes(history, at, (one) => one.lag)} show={durationWords} least={20} />
        <SmallPlot name="Processors" lines={strokes(history, at, (one) => one.cpu)} show={(value) => value.toFixed(2)} least={0.5} />
        <SmallPlot name="Memory" lines={strokes(history, at, (one) => one.memory)} show={sizeWords} least={100_000_000} />
        <SmallPlot name="Connections in use" lines={strokes(history, at, (one) => one.pool)} show={String} least={5} />
        <SmallPlot name="Requests in line" lines={strokes(history, at, (one) => one.queued)} show={String} least={5} />
        <SmallPlot name="Open screens" lines={strokes(history, at, (one) => one.viewers)} show={String} least={5} />
      </div>
    </SettingsSection>
  );
}

const perSecond = (value: number) => `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)}/s`;
