import { Button, Checkbox, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { placeProblem, required, useForm, type Places } from "@/lib/form";
import { isProblem } from "@/lib/problem";
import { suggestKey } from "@/lib/text";
import { FormProblem } from "@/ui/FormProblem";

import { AccountFields } from "./AccountFields";
import { setUp, setupQuery } from "./api";
import { accountWords, checkAccount, secretOf, useEnter, useSecretInAddress } from "./entry";
import classes from "./entry.module.css";
import { EntryFrame } from "./EntryFrame";

const blank = {
  link: "",
  name: "",
  email: "",
  password: "",
  workspace: "",
  project: "",
  key: "",
  examples: true,
};
type Values = typeof blank;

const steps: { title: string; lead: string; words: Partial<Record<keyof Values, string>> }[] = [
  {
    title: "Welcome. Who are you?",
    lead: "This makes the owner's account of this Headway.",
    words: accountWords,
  },
  {
    title: "What is your team called?",
    lead: "A workspace holds the team's people and projects. You can rename it later.",
    words: { workspace: "Give the workspace a name" },
  },
  {
    title: "What do you work on first?",
    lead: "Tasks live in projects. More can follow.",
    words: { project: "Give the project a name", key: "Tasks need a key, such as HW" },
  },
];

const places: Places<Values> = { "setup.link": "link", "account.exists": "email" };

/** The question that a wrong field belongs to; the last one when it is none's. */
function stepOf(wrong: string[]): number {
  const place = steps.findIndex((one) => wrong.some((name) => name in one.words));
  if (wrong.includes("link")) return 0;
  return place < 0 ? steps.length - 1 : place;
}

/** First visit: three questions, one at a time, sent together. */
export function SetupScreen() {
  const setup = useQuery(setupQuery);
  const enter = useEnter();
  const [step, setStep] = useState(0);
  const [ownKey, setOwnKey] = useState(false);
  const secret = useSecretInAddress();
  const [refused, setRefused] = useState<string | null>(null);
  const needsLink = setup.data?.needs_link === true && (secret === "" || secret === refused);
  const { values, set, setValues, field, problem, pending, onSubmit, form } = useForm({
    initial: blank,
    check: (now) => {
      const link = step === 0 && needsLink && now.link.trim() === "" ? "Paste the link from the console" : undefined;
      return { ...(link && { link }), ...required(now, steps[step]?.words ?? {}), ...(step === 0 && checkAccount(now)) };
    },
    submit: async (now) => {
      if (step < steps.length - 1) return setStep(step + 1);
      return send(now).catch((error: unknown) => {
        // The refusal may be about an earlier question: that one is step again, with what was typed.
        if (isProblem(error, "setup.link")) setRefused(secret);
        setStep(stepOf(Object.keys(placeProblem(error, now, places).errors)));
        throw error;
      });
    },
    places,
  });
  const { title, lead } = steps[step] ?? { title: "", lead: "" };

  async function send({ project, key, link, ...rest }: Values) {
    const me = await setUp({ ...rest, project: { name: project, key }, link: (needsLink && secretOf(link)) || secret || null });
    const slug = me.workspaces[0]?.slug;
    await enter(me, slug ? `/w/${slug}/p/${key}` : "/");
  }

  return (
    <EntryFrame title={title} lead={lead}>
      <form key={step} ref={form} className={classes.form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <div className={classes.steps} role="img" aria-label={`Question ${step + 1} of ${steps.length}`}>
          {steps.map((one, place) => (
            <span key={one.title} className={classes.step} data-reached={place <= step || undefined} />
          ))}
        </div>
        <FormProblem problem={problem} />
        {step === 0 && (
          <>
            {needsLink && (
              <TextInput
                label="Set-up link"
                description="Printed in the console where Headway was started, so that no stranger claims it first."
                autoComplete="off"
                {...field("link")}
              />
            )}
            <AccountFields name={field("name")} email={field("email")} password={field("password")} />
          </>
        )}
        {step === 1 && (
          <TextInput label="Workspace" placeholder="Acme" autoComplete="organization" autoFocus {...field("workspace")} />
        )}
        {step === 2 && (
          <>
            <TextInput
              label="Project"
              placeholder="Website"
              autoComplete="off"
              autoFocus
              {...field("project")}
              onChange={(event) => {
                const project = event.currentTarget.value;
                setValues((now) => ({ ...now, project, key: ownKey ? now.key : suggestKey(project) }));
              }}
            />
            <TextInput
              label="Key"
              description={`Its tasks will be called ${values.key || "HW"}-1, ${values.key || "HW"}-2 …`}
              autoComplete="off"
              maxLength={10}
              {...field("key")}
              onChange={(event) => {
                setOwnKey(true);
                set("key", event.currentTarget.value.toUpperCase().replace(/[^A-Z0-9]/g, ""));
              }}
            />
            <Checkbox
              label="Start with three example tasks that explain themselves"
              checked={values.examples}
              onChange={(event) => set("examples", event.currentTarget.checked)}
            />
          </>
        )}
        <div className={classes.buttons}>
          {step > 0 && (
            <Button variant="default" onClick={() => setStep(step - 1)}>
              Back
            </Button>
          )}
          <Button type="submit" loading={pending} flex={1}>
            {step < steps.length - 1 ? "Continue" : "Open the board"}
          </Button>
        </div>
      </form>
    </EntryFrame>
  );
}
