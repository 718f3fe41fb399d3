import { linearScale } from "@/features/lab/scales";

import { type Spot } from "./state";
import classes from "./state.module.css";

const WIDTH = 200;
const HEIGHT = 44;

interface Props {
  name: string;
  lines: readonly (readonly Spot[])[];
  show: (value: number) => string;
  /** The axis reaches at least this far, so that next to nothing looks like it. */
  least: number;
}

/** A figure now, and its last five minutes. */
export function SmallPlot({ name, lines, show, least }: Props) {
  const values = lines.flat().map(({ value }) => value);
  const now = values.at(-1);
  const most = Math.max(least, ...values);
  const y = linearScale(most, HEIGHT - 1, 2);
  const at = ({ x, value }: Spot) => `${(x * WIDTH).toFixed(1)} ${y.at(value).toFixed(1)}`;
  return (
    <figure className={classes.plot}>
      <figcaption>
        <span className={classes.plotName}>{name}</span>
        <span className={classes.plotNow}>{now === undefined ? "–" : show(now)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={
          now === undefined
            ? `${name}: no figures yet`
            : `${name}: now ${show(now)}, at most ${show(Math.max(...values))} in the last five minutes`
        }
      >
        <line className={classes.ground} x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} />
        {lines.map((line) => (
          <g key={line[0]?.x}>
            <path className={classes.area} d={`M${line.map(at).join("L")}L${(line.at(-1)?.x ?? 0) * WIDTH} ${HEIGHT}L${(line[0]?.x ?? 0) * WIDTH} ${HEIGHT}Z`} />
            <path className={classes.line} d={`M${line.map(at).join("L")}`} />
          </g>
        ))}
      </svg>
      <div className={classes.plotMost}>up to {values.length > 0 ? show(Math.max(...values)) : "–"}</div>
    </figure>
  );
}
