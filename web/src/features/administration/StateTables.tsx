import type { ReactNode } from "react";

import type { ServerStateOut } from "@/api/types";
import { agoWords } from "@/lib/dates";

import { durationWords, sizeWords, spanWords } from "./state";
import classes from "./state.module.css";

interface Props {
  state: ServerStateOut;
}

export function DatabaseFacts({ state: { database, jobs } }: Props) {
  const waiting = jobs.reduce((sum, one) => sum + one.waiting + one.trying, 0);
  const dead = jobs.reduce((sum, one) => sum + one.dead, 0);
  if (!database) return <p className="hw-muted">The database did not answer within a second.</p>;
  const share = Math.min(1, database.open / database.allowed);
  const wanted = Math.min(1, Math.max(database.open - database.ours + database.needed, database.open) / database.allowed);
  return (
    <>
      <dl className={classes.facts}>
        <Fact name="PostgreSQL">{database.version}</Fact>
        <Fact name="Size">{database.size === null ? "–" : sizeWords(database.size)}</Fact>
        <Fact name="Running a statement">{database.active}</Fact>
        <Fact name="Idle in a transaction">{database.idle_in_transaction}</Fact>
        <Fact name="Jobs waiting">{waiting}</Fact>
        <Fact name="Jobs given up">{dead}</Fact>
        {database.machines > 1 && <Fact name="Machines with Headway">{database.machines}</Fact>}
      </dl>
      <div className={classes.budget}>
        <div className={classes.budgetRoom} aria-hidden>
          <span className={classes.budgetWanted} style={{ width: `${wanted * 100}%` }} />
          <span className={classes.budgetOpen} style={{ width: `${share * 100}%` }} />
        </div>
        <p>
          {database.open} of {database.allowed} connections are open, {database.ours} of them Headway's. This server
          takes up to {database.needed}.
        </p>
      </div>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function ProcessesTable({ state: { workers, at } }: Props) {
  return (
    <Table
      label="Processes"
      heads={["Process", "Up for", "Requests", "Errors", "Refused", "Loop p99", "CPU", "Memory", "Connections", "Screens", "Delay p99"]}
      rows={workers.map((one) => ({
        key: one.worker,
        cells: [
          <span key="name" title={`Process ${one.pid}, version ${one.version}`}>
            {one.worker} <span className="hw-muted">({one.pid})</span>
          </span>,
          spanWords(one.started_at, at),
          one.requests.toLocaleString("en"),
          one.errors,
          one.line.refused.toLocaleString("en"),
          durationWords(one.loop.p99),
          one.cpu.toFixed(2),
          sizeWords(one.memory),
          `${one.pool.checked_out} of ${one.pool.size}`,
          one.live.viewers,
          one.live.frames === 0 ? "–" : durationWords(one.live.delay.p99),
        ],
      }))}
    />
  );
}

export function RoutesTable({ state: { routes } }: Props) {
  if (routes.length === 0) return <p className="hw-muted">Nothing has been asked for yet.</p>;
  return (
    <Table
      label="Slowest requests"
      heads={["Request", "Count", "Errors", "Half within", "95 % within", "Longest"]}
      rows={routes.map((one) => ({
        key: `${one.method} ${one.route}`,
        cells: [
          <code key="route">
            {one.method} {one.route}
          </code>,
          one.count.toLocaleString("en"),
          one.errors,
          durationWords(one.p50),
          durationWords(one.p95),
          durationWords(one.longest),
        ],
      }))}
    />
  );
}

export function ChoresTable({ state: { chores, at } }: Props) {
  if (chores.length === 0) return <p className="hw-muted">None has been done since the processes started.</p>;
  return (
    <dl className={classes.facts}>
      {chores.map((one) => (
        <Fact key={one.name} name={one.name}>
          {agoWords(one.done_at, new Date(at))}
        </Fact>
      ))}
    </dl>
  );
}

interface TableProps {
  label: string;
  heads: readonly string[];
  rows: readonly { key: string | number; cells: readonly ReactNode[] }[];
}

function Table({ label, heads, rows }: TableProps) {
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, index) => (
                <td key={heads[index]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
