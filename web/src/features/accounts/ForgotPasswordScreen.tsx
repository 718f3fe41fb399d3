import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { required, useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";

import { setupQuery } from "./api";
import { checkAccount } from "./entry";
import classes from "./entry.module.css";
import { EntryFrame } from "./EntryFrame";
import { askForReset } from "./mail";

const back = <Link to="/sign-in">Back to signing in</Link>;

/** Whether there is such an account is told only to who reads its mail. */
export function ForgotPasswordScreen() {
  const setup = useQuery(setupQuery);
  const [asked, setAsked] = useState<string | null>(null);
  const { field, values, problem, pending, onSubmit, form } = useForm({
    initial: { email: "" },
    check: ({ email }) => ({
      ...checkAccount({ email, password: "" }),
      ...required({ email }, { email: "Which account?" }),
    }),
    submit: async ({ email }) => setAsked((await askForReset(email.trim())).detail),
  });
  if (setup.data && !setup.data.mail)
    return (
      <EntryFrame
        title="Forgot your password?"
        lead="This server sends no mail. Ask whoever runs it; they can set a new password for you."
        foot={back}
      >
        {null}
      </EntryFrame>
    );
  if (asked)
    return (
      <EntryFrame title="Look at your mail" lead={asked} foot={back}>
        <p className={classes.lead}>
          We looked for <strong className={classes.address}>{values.email.trim()}</strong>. Nothing there after a few
          minutes? Look in the spam folder, or try another address.
        </p>
      </EntryFrame>
    );
  return (
    <EntryFrame title="Forgot your password?" lead="We mail you a link to set a new one." foot={back}>
      <form ref={form} className={classes.form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <FormProblem problem={problem} />
        <TextInput
          label="E-mail"
          type="email"
          inputMode="email"
          autoComplete="username"
          autoFocus
          {...field("email")}
        />
        <Button type="submit" loading={pending}>
          Send me a link
        </Button>
      </form>
    </EntryFrame>
  );
}
