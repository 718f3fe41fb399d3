import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

import type { MeOut } from "@/api/types";
import { required, useForm } from "@/lib/form";
import { isProblem } from "@/lib/problem";
import { FormProblem } from "@/ui/FormProblem";
import { LinkButton } from "@/ui/LinkButton";

import classes from "./entry.module.css";
import { EntryFrame } from "./EntryFrame";
import { signInWithCode, type Wanted } from "./factors";
import { PasskeyButton } from "./PasskeyButton";
import { canUsePasskeys } from "./webauthn";

interface Props {
  wanted: Wanted;
  onEntered: (me: MeOut) => Promise<void>;
  /** Back to the password, with what there is to say. */
  onBack: (sentence: string | null) => void;
}

/** The password was right. Now a code or a passkey, and for whoever has neither at hand, a recovery code. */
export function SecondStep({ wanted, onEntered, onBack }: Props) {
  const hasApp = wanted.kinds.includes("totp");
  const hasPasskey = wanted.kinds.includes("passkey") && canUsePasskeys();
  const hasRecovery = wanted.kinds.includes("recovery");
  const [recovering, setRecovering] = useState(!hasApp && !hasPasskey);
  const withCode = recovering || hasApp;
  const lead = recovering
    ? "Type one of the recovery codes that you kept. Each works once."
    : hasApp
      ? "Type the code that your app shows now."
      : "Use the passkey that you made for your account.";
  return (
    <EntryFrame
      title="One more step"
      lead={lead}
      foot={
        <div className={classes.ways}>
          {hasRecovery && !recovering && (
            <LinkButton onClick={() => setRecovering(true)}>Use a recovery code</LinkButton>
          )}
          {recovering && (hasApp || hasPasskey) && (
            <LinkButton onClick={() => setRecovering(false)}>{hasApp ? "Use the app" : "Use the passkey"}</LinkButton>
          )}
          <LinkButton onClick={() => onBack(null)}>Sign in as somebody else</LinkButton>
        </div>
      }
    >
      {withCode && (
        <CodeForm
          key={String(recovering)}
          ticket={wanted.ticket}
          recovering={recovering}
          onEntered={onEntered}
          onBack={onBack}
        />
      )}
      {hasPasskey && !recovering && (
        <div className={classes.form}>
          {withCode && (
            <p className={classes.or}>
              <span>or</span>
            </p>
          )}
          <PasskeyButton ticket={wanted.ticket} primary={!withCode} onEntered={onEntered} onBack={onBack}>
            Use a passkey
          </PasskeyButton>
        </div>
      )}
    </EntryFrame>
  );
}

interface CodeProps {
  ticket: string;
  recovering: boolean;
  onEntered: (me: MeOut) => Promise<void>;
  onBack: (sentence: string | null) => void;
}

function CodeForm({ ticket, recovering, onEntered, onBack }: CodeProps) {
  const { field, problem, pending, onSubmit, form } = useForm({
    initial: { code: "" },
    check: (values) => required(values, { code: recovering ? "Type a recovery code" : "Type the six digits" }),
    submit: async ({ code }) => {
      try {
        await onEntered(await signInWithCode(ticket, code));
      } catch (error) {
        if (isProblem(error, "ticket")) return onBack(error.detail);
        throw error;
      }
    },
    places: { "code.wrong": "code" },
  });
  return (
    <form ref={form} className={classes.form} onSubmit={(event) => void onSubmit(event)} noValidate>
      <FormProblem problem={problem} />
      <TextInput
        label={recovering ? "Recovery code" : "Code"}
        inputMode={recovering ? "text" : "numeric"}
        autoComplete={recovering ? "off" : "one-time-code"}
        autoCapitalize="none"
        maxLength={50}
        autoFocus
        {...field("code")}
      />
      <Button type="submit" loading={pending}>
        Sign in
      </Button>
    </form>
  );
}
