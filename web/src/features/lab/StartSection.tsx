import { Button, Radio } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { sentenceOf } from "@/lib/problem";
import { Float } from "@/ui/Float";
import { FormProblem } from "@/ui/FormProblem";
import { IconPlayerPlay } from "@/ui/icons";

import { startRun, stateKey } from "./api";
import classes from "./lab.module.css";

/** What a run is and what it costs, and the button that starts one after asking. */
export function StartSection() {
  const client = useQueryClient();
  const [size, setSize] = useState("full");
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function start() {
    setBusy(true);
    setProblem(null);
    try {
      client.setQueryData(stateKey, await startRun(size === "quick"));
    } catch (error) {
      setProblem(sentenceOf(error));
      void client.invalidateQueries({ queryKey: stateKey });
    }
    setBusy(false);
    setAsking(false);
  }

  return (
    <section className={classes.section} aria-labelledby="lab-start">
      <h2 id="lab-start" className={classes.heading}>
        Measure this machine
      </h2>
      <p className={classes.lead}>
        The lab runs the same requests through eight ways of building a FastAPI service, from a sync Session to Headway itself,
        and tells which claims of the async guide hold here. It starts servers and a database of its own, removes them, and
        touches nothing of yours.
      </p>
      <Radio.Group value={size} onChange={setSize} aria-label="How much to measure">
        <div className={classes.sizes}>
          <Radio value="full" label="Full run" description="Some eight minutes. Everything is measured at least twice; verdicts come from these." />
          <Radio value="quick" label="Quick run" description="Under a minute. The first table and its memory: a first look." />
        </div>
      </Radio.Group>
      <FormProblem problem={problem} />
      <Float
        open={asking}
        onClose={() => setAsking(false)}
        label="Start a run?"
        width={300}
        at={
          <Button className={classes.start ?? ""} leftSection={<IconPlayerPlay size={15} />} onClick={() => setAsking(!asking)}>
            Start
          </Button>
        }
      >
        <div className={classes.ask}>
          <p>
            This machine will be busy for {size === "quick" ? "a minute" : "some minutes"}. Headway goes on, but everybody waits longer, and
            whatever else runs here spoils the figures.
          </p>
          <div className={classes.askButtons}>
            <Button variant="default" size="xs" onClick={() => setAsking(false)}>
              Not now
            </Button>
            <Button size="xs" loading={busy} data-autofocus onClick={() => void start()}>
              Start the {size} run
            </Button>
          </div>
        </div>
      </Float>
    </section>
  );
}
