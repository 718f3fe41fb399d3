import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";

import type { MeOut } from "@/api/types";
import { required, useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";
import { LinkButton } from "@/ui/LinkButton";

import { AccountFields } from "./AccountFields";
import { setupQuery, signIn, signUp } from "./api";
import { accountWords, checkAccount, useEnter, useSecretInAddress } from "./entry";
import classes from "./entry.module.css";
import { EntryFrame } from "./EntryFrame";
import { wantedBy, wantedIn, type Wanted } from "./factors";
import { OidcButton } from "./OidcButton";
import { PasskeyButton } from "./PasskeyButton";
import { SecondStep } from "./SecondStep";
import { canUsePasskeys } from "./webauthn";

const route = getRouteApi("/sign-in");

export function SignInScreen() {
  const setup = useQuery(setupQuery);
  const [isNew, setNew] = useState(false);
  const open = setup.data?.sign_up === "open";
  return open && isNew ? (
    <SignUp onBack={() => setNew(false)} />
  ) : (
    <SignIn demo={setup.data?.demo ?? false} mail={setup.data?.mail ?? false} {...(open && { onNew: () => setNew(true) })} />
  );
}

function SignIn({ demo, mail, onNew }: { demo: boolean; mail: boolean; onNew?: () => void }) {
  const { next } = route.useSearch();
  const enter = useEnter();
  const hash = useSecretInAddress();
  const [wanted, setWanted] = useState<Wanted | null>(() => wantedIn(hash));
  const [told, setTold] = useState<string | null>(null);
  const entered = (me: MeOut) => enter(me, next);
  const { field, problem, pending, onSubmit, form } = useForm({
    initial: { email: "", password: "" },
    check: (values) => required(values, { email: "Which account?", password: "Type your password" }),
    submit: async (values) => {
      setTold(null);
      try {
        await entered(await signIn(values));
      } catch (error) {
        const more = wantedBy(error);
        if (!more) throw error;
        setWanted(more);
      }
    },
  });
  if (wanted)
    return (
      <SecondStep
        wanted={wanted}
        onEntered={entered}
        onBack={(sentence) => {
          setWanted(null);
          setTold(sentence);
        }}
      />
    );
  return (
    <EntryFrame
      title="Sign in"
      lead={demo ? "This is a demo. Its people and their passwords are in the console where it was started." : undefined}
      foot={
        onNew ? (
          <>
            New here? <LinkButton onClick={onNew}>Create an account</LinkButton>
          </>
        ) : (
          "No account? Ask a colleague for an invitation link."
        )
      }
    >
      <form ref={form} className={classes.form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <FormProblem problem={problem ?? told} />
        <TextInput
          label="E-mail"
          type="email"
          inputMode="email"
          autoComplete="username"
          autoFocus
          {...field("email")}
        />
        <PasswordInput label="Password" autoComplete="current-password" {...field("password")} />
        {mail && (
          <div className={classes.forgot}>
            <Link to="/forgot-password">Forgot your password?</Link>
          </div>
        )}
        <Button type="submit" loading={pending}>
          Sign in
        </Button>
        {canUsePasskeys() && (
          <PasskeyButton ticket={null} onEntered={entered}>
            Sign in with a passkey
          </PasskeyButton>
        )}
      </form>
      <OidcButton next={next} />
    </EntryFrame>
  );
}

function SignUp({ onBack }: { onBack: () => void }) {
  const { next } = route.useSearch();
  const enter = useEnter();
  const { field, problem, pending, onSubmit, form } = useForm({
    initial: { name: "", email: "", password: "" },
    check: (values) => ({ ...checkAccount(values), ...required(values, accountWords) }),
    submit: async (values) => enter(await signUp(values), next),
    places: { "account.exists": "email" },
  });
  return (
    <EntryFrame
      title="Create an account"
      foot={
        <>
          Have one? <LinkButton onClick={onBack}>Sign in</LinkButton>
        </>
      }
    >
      <form ref={form} className={classes.form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <FormProblem problem={problem} />
        <AccountFields name={field("name")} email={field("email")} password={field("password")} />
        <Button type="submit" loading={pending}>
          Create account
        </Button>
      </form>
    </EntryFrame>
  );
}
