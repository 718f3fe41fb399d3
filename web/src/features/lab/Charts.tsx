import type { LabRun } from "@/api/types";

import classes from "./charts.module.css";
import { LineChart } from "./LineChart";
import { MemoryBars } from "./MemoryBars";
import { meanTime, memoryOf, seriesOf, throughput, waits } from "./series";
import { figures, msWords } from "./words";

/** What has been measured, drawn: each chart is there as soon as it has a point. */
export function Charts({ runs }: { runs: readonly LabRun[] }) {
  const memory = memoryOf(runs);
  const lines = [
    { title: "A database call of 50 ms", scenario: "one-call", figure: meanTime, unit: "Mean time of an answer", xTitle: "Requests at once", show: msWords },
    { title: "A database 50 ms away", scenario: "link", figure: meanTime, unit: "Mean time of an answer", xTitle: "Requests at once", show: msWords },
    { title: "Reading and writing real pages", scenario: "mix", figure: throughput, unit: "Answers a second", xTitle: "Users", show: figures, log: false },
    { title: "What each of those users waits", scenario: "mix", figure: waits, unit: "Users ÷ throughput", xTitle: "Users", show: msWords },
  ];
  return (
    <div className={classes.charts}>
      {lines.map(({ scenario, figure, ...chart }) => {
        const series = seriesOf(runs, scenario, figure);
        return series.length > 0 && <LineChart key={chart.title} {...chart} series={series} />;
      })}
      {memory.length > 0 && <MemoryBars memory={memory} />}
    </div>
  );
}
