import { ActionIcon, Button, Tooltip } from "@mantine/core";

import type { BoardThen } from "@/api/types";
import { useAction } from "@/lib/actions";
import { momentWords } from "@/lib/dates";
import { IconChevronLeft, IconChevronRight, IconChevronsLeft, IconChevronsRight, IconHistory, IconPlayerPause, IconPlayerPlay } from "@/ui/icons";

import classes from "./past.module.css";
import { barsOf } from "./places";
import { useTimeBar } from "./useTimeBar";

interface Props {
  project: string;
  /** A revision or a time, as the address has it. */
  at: string;
  then: BoardThen | undefined;
  loading: boolean;
  onGo: (at: string) => void;
  onNow: () => void;
  onCompare: () => void;
}

/** The project's life as a slider: how much happened when, and where in it one is. */
export function TimeBar({ project, at, then, loading, onGo, onNow, onCompare }: Props) {
  const { timeline, steps, place, moment, slide, change, day, playing, play } = useTimeBar(project, at, then, onGo);
  const words = moment ? momentWords(moment) : "…";
  useAction({ id: "past.now", title: "Back to now", group: "View", keys: "Escape", run: onNow });
  useAction({ id: "past.before", title: "One change back", group: "View", keys: ",", run: change(-1) });
  useAction({ id: "past.after", title: "One change on", group: "View", keys: ".", run: change(1) });
  useAction({ id: "past.dayBefore", title: "One day back", group: "View", keys: "<", run: day(-1) });
  useAction({ id: "past.dayAfter", title: "One day on", group: "View", keys: ">", run: day(1) });
  useAction({ id: "past.play", title: playing ? "Stop playing" : "Play", group: "View", keys: "p", run: play });
  return (
    <section className={classes.bar} aria-label="The past" data-loading={loading || undefined}>
      <p className={classes.when} role="status">
        <IconHistory size={15} />
        <span>
          <span className={classes.asItWas}>As it was on </span>
          <strong>{words}</strong>
        </span>
      </p>
      <div className={classes.steps}>
        <Step label="One day back (<)" onClick={day(-1)} icon={<IconChevronsLeft />} />
        <Step label="One change back (,)" onClick={change(-1)} icon={<IconChevronLeft />} />
        <Step label={playing ? "Stop (p)" : "Play (p)"} onClick={play} icon={playing ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />} />
        <Step label="One change on (.)" onClick={change(1)} icon={<IconChevronRight />} />
        <Step label="One day on (>)" onClick={day(1)} icon={<IconChevronsRight />} />
      </div>
      <div className={classes.track}>
        <svg className={classes.bars} viewBox={`0 0 ${Math.max(1, steps.length)} 1`} preserveAspectRatio="none" aria-hidden>
          {barsOf(steps).map((height, index) => (
            <rect key={index} x={index + 0.1} y={1 - height} width={0.8} height={height} data-past={index <= place || undefined} />
          ))}
        </svg>
        <input
          type="range"
          className={classes.range}
          min={0}
          max={Math.max(0, steps.length - 1)}
          value={Math.max(0, place)}
          disabled={!timeline}
          aria-label="Moment of the project’s life"
          aria-valuetext={words}
          onChange={(event) => slide(Number(event.currentTarget.value))}
        />
      </div>
      <div className={classes.ways}>
        <Button size="xs" variant="default" onClick={onCompare}>
          What changed since
        </Button>
        <Button size="xs" onClick={onNow}>
          Back to now
        </Button>
      </div>
    </section>
  );
}

function Step({ label, icon, onClick }: { label: string; icon: React.ReactNode; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label.replace(/ \(.\)$/, "")} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
