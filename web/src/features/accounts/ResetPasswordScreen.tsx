import { Button, PasswordInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { required, useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";

import { meKey } from "./api";
import { checkPassword, useSecretInAddress } from "./entry";
import classes from "./entry.module.css";
import { EntryFrame } from "./EntryFrame";
import { LINK_INCOMPLETE, resetPassword } from "./mail";

/** /reset-password#TOKEN. Nobody is signed in by the link: the new password, and a second factor, are asked for after. */
export function ResetPasswordScreen() {
  const token = useSecretInAddress();
  // Another link opened in the same tab changes only what follows the #.
  return <Reset key={token} token={token} />;
}

function Reset({ token }: { token: string }) {
  const queryClient = useQueryClient();
  const [done, setDone] = useState(false);
  const { field, problem, pending, onSubmit, form } = useForm({
    initial: { new: "" },
    check: (values) => {
      const rule = checkPassword(values.new);
      return { ...(rule && { new: rule }), ...required(values, { new: "Choose a new password" }) };
    },
    submit: async (values) => {
      await resetPassword(token, values.new);
      // Whoever was signed in here is not any more.
      queryClient.setQueryData(meKey, null);
      setDone(true);
    },
  });
  if (!token)
    return (
      <EntryFrame
        title="This link does not work"
        lead={LINK_INCOMPLETE}
        foot={<Link to="/forgot-password">Ask for a new link</Link>}
      >
        {null}
      </EntryFrame>
    );
  if (done)
    return (
      <EntryFrame
        title="Your password is set"
        lead="All your sessions and API tokens have ended. Sign in with the new password."
      >
        <div className={classes.form}>
          <Button renderRoot={(props) => <Link to="/sign-in" {...props} />}>Sign in</Button>
        </div>
      </EntryFrame>
    );
  return (
    <EntryFrame
      title="Set a new password"
      lead="It ends all your sessions and API tokens."
      foot={<Link to="/forgot-password">Ask for a new link</Link>}
    >
      <form ref={form} className={classes.form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <FormProblem problem={problem} />
        <PasswordInput
          label="New password"
          description={field("new").error ? undefined : "10 characters or more. A few words in a row are easy to keep."}
          autoComplete="new-password"
          autoFocus
          {...field("new")}
        />
        <Button type="submit" loading={pending}>
          Set the password
        </Button>
      </form>
    </EntryFrame>
  );
}
