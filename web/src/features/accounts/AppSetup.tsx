import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

import type { NewAppOut } from "@/api/types";
import { required, useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";
import { toast } from "@/ui/toast";

import { beginApp, confirmApp } from "./factors";
import classes from "./factors.module.css";
import { ProofForm } from "./ProofForm";

/** Is it you, then scan, then type the first code. `onDone` gets the recovery codes, or null where there are some. */
export function AppSetup({ onDone }: { onDone: (codes: string[] | null) => void }) {
  const [app, setApp] = useState<NewAppOut | null>(null);
  return app ? (
    <FirstCode app={app} onDone={onDone} />
  ) : (
    <ProofForm
      lead="First show that it is you. Then you scan a code with the app on your phone."
      act="Continue"
      onProved={async (proof) => setApp(await beginApp(proof))}
    />
  );
}

function FirstCode({ app, onDone }: { app: NewAppOut; onDone: (codes: string[] | null) => void }) {
  const { field, problem, pending, onSubmit, form } = useForm({
    initial: { code: "" },
    check: (values) => required(values, { code: "Type the six digits that the app shows" }),
    submit: async ({ code }) => {
      const { recovery_codes } = await confirmApp(code);
      toast({ words: "The app is set up. From now on signing in takes a code from it." });
      onDone(recovery_codes);
    },
    places: { "code.wrong": "code" },
  });
  return (
    <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
      <div className={classes.setUp}>
        <img className={classes.qr} src={app.qr} alt="QR code for the app" />
        <div className={classes.steps}>
          <p>
            Scan it with an app such as Aegis, Google Authenticator or your password manager, or type this in:
            <br />
            <span className={classes.secret}>{app.secret.replace(/(.{4})(?=.)/g, "$1 ")}</span>
          </p>
          <FormProblem problem={problem} />
          <TextInput
            label="The code it shows"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={9}
            autoFocus
            {...field("code")}
          />
          <Button type="submit" loading={pending}>
            Turn it on
          </Button>
        </div>
      </div>
    </form>
  );
}
