import { useElementSize } from "@mantine/hooks";

import classes from "./charts.module.css";
import { markOf } from "./marks";
import { apart, linearScale, logScale, type Scale } from "./scales";
import type { Point, Series } from "./series";
import { figures, wordsOf } from "./words";

const HEIGHT = 248;
const LABEL = 15;
// From here on lines are labelled at their ends; below there is no room, and a legend stands under the chart.
const ROOMY = 440;

interface Props {
  title: string;
  /** What the numbers on the upright axis are. */
  unit: string;
  series: readonly Series[];
  xTitle: string;
  show: (value: number) => string;
  /** Whether the upright axis is logarithmic; the level one always is. */
  log?: boolean;
}

/** A figure by number of users, one line a stack. Below it, the same as a table. */
export function LineChart({ title, unit, series, xTitle, show, log = true }: Props) {
  const { ref, width } = useElementSize();
  const roomy = width >= ROOMY;
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>{title}</span>
        <span className={classes.unit}>{unit}</span>
      </figcaption>
      <div ref={ref} className={classes.plot} style={{ height: HEIGHT }}>
        {width > 0 && series.length > 0 && (
          <Plot series={series} width={width} roomy={roomy} log={log} show={show} title={title} xTitle={xTitle} />
        )}
      </div>
      {!roomy && <Legend stacks={series.map((one) => one.stack)} />}
      <Figures series={series} show={show} xTitle={xTitle} />
    </figure>
  );
}

interface PlotProps extends Pick<Props, "series" | "show" | "title" | "xTitle"> {
  width: number;
  roomy: boolean;
  log: boolean;
}

function Plot({ series, width, roomy, log, show, title, xTitle }: PlotProps) {
  const box = { left: 48, right: width - (roomy ? 124 : 14), top: 10, bottom: HEIGHT - 36 };
  const points = series.flatMap((one) => one.points);
  const users = points.map((point) => point.users);
  const x = logScale(Math.min(...users), Math.max(...users), box.left + 10, box.right - 10);
  const most = Math.max(...points.map((point) => point.most));
  const y = log
    ? logScale(Math.min(...points.map((point) => point.least)), most, box.bottom, box.top)
    : linearScale(most, box.bottom, box.top);
  const ends = series.map((one) => y.at(one.points.at(-1)?.median ?? 0));
  const labels = apart(ends, LABEL, box.top, box.bottom);
  return (
    <svg className={classes.svg} width={width} height={HEIGHT} role="img" aria-label={`${title}, by ${xTitle}. The figures follow as a table.`}>
      <Axes x={x} y={y} box={box} levels={[...new Set(users)].sort((one, other) => one - other)} show={show} xTitle={xTitle} />
      {series.map((one, index) => (
        <g key={one.stack} style={{ color: markOf(one.stack).color }}>
          <polyline className={classes.line} points={one.points.map((point) => `${x.at(point.users)},${y.at(point.median)}`).join(" ")} />
          {one.points.map((point) => (
            <MarkAt key={point.users} stack={one.stack} point={point} x={x} y={y} show={show} />
          ))}
          {roomy && (
            <g className={classes.end}>
              <path className={classes.leader} d={`M${x.at(one.points.at(-1)?.users ?? 1) + 7} ${ends[index]}L${box.right + 2} ${labels[index]}`} />
              <text x={box.right + 6} y={labels[index]} dy="0.32em">
                {wordsOf(one.stack)}
              </text>
            </g>
          )}
        </g>
      ))}
    </svg>
  );
}

function MarkAt({ stack, point, x, y, show }: { stack: string; point: Point; x: Scale; y: Scale; show: (value: number) => string }) {
  const [across, least, most] = [x.at(point.users), y.at(point.least), y.at(point.most)];
  const lost = point.unanswered > 0;
  return (
    <g>
      {least - most > 2 && <path className={classes.whisker} d={`M${across} ${least}V${most}`} />}
      <path className={classes.mark} data-lost={lost || undefined} d={markOf(stack).shape} transform={`translate(${across} ${y.at(point.median)})`}>
        <title>{`${wordsOf(stack)}, ${figures(point.users)} users: ${show(point.median)}${spreadOf(point, show)}${lost ? `, ${point.unanswered} unanswered` : ""}`}</title>
      </path>
    </g>
  );
}

const spreadOf = (point: Point, show: (value: number) => string): string => (point.least === point.most ? "" : ` (${show(point.least)} to ${show(point.most)})`);

interface AxesProps {
  x: Scale;
  y: Scale;
  box: { left: number; right: number; top: number; bottom: number };
  levels: readonly number[];
  show: (value: number) => string;
  xTitle: string;
}

function Axes({ x, y, box, levels, show, xTitle }: AxesProps) {
  // The numbers of users that were measured, as far as they have room.
  const shown: number[] = [];
  for (const level of levels.toReversed()) {
    const next = shown[0];
    if (next === undefined || x.at(next) - x.at(level) >= 38) shown.unshift(level);
  }
  return (
    <g className={classes.axes}>
      {y.ticks.map((tick) => (
        <g key={tick} transform={`translate(0 ${y.at(tick)})`}>
          <line x1={box.left} x2={box.right} />
          <text x={box.left - 6} dy="0.32em" textAnchor="end">
            {show(tick)}
          </text>
        </g>
      ))}
      {shown.map((level) => (
        <text key={level} x={x.at(level)} y={box.bottom + 16} textAnchor="middle">
          {figures(level)}
        </text>
      ))}
      <text className={classes.axisTitle} x={box.right} y={box.bottom + 32} textAnchor="end">
        {xTitle}
      </text>
    </g>
  );
}

export function Legend({ stacks }: { stacks: readonly string[] }) {
  return (
    <ul className={classes.legend}>
      {stacks.map((stack) => (
        <li key={stack}>
          <svg width="12" height="12" viewBox="-6 -6 12 12" aria-hidden style={{ color: markOf(stack).color }}>
            <path className={classes.mark} d={markOf(stack).shape} />
          </svg>
          {wordsOf(stack)}
        </li>
      ))}
    </ul>
  );
}

function Figures({ series, show, xTitle }: { series: readonly Series[]; show: (value: number) => string; xTitle: string }) {
  const levels = [...new Set(series.flatMap((one) => one.points.map((point) => point.users)))].sort((one, other) => one - other);
  const lost = series.some((one) => one.points.some((point) => point.unanswered > 0));
  return (
    <details className={classes.details}>
      <summary>Figures{lost && " · hollow marks: some requests had no answer"}</summary>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{xTitle}</th>
              {levels.map((level) => (
                <th key={level} scope="col">
                  {figures(level)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {series.map((one) => (
              <tr key={one.stack}>
                <th scope="row">{wordsOf(one.stack)}</th>
                {levels.map((level) => {
                  const point = one.points.find(({ users }) => users === level);
                  return (
                    <td key={level}>
                      {point ? show(point.median) : "–"}
                      {point && point.unanswered > 0 && <small>{figures(point.unanswered)} unanswered</small>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {lost && <p className={classes.note}>Requests without an answer count with the time limit; the true figure is higher.</p>}
    </details>
  );
}
