import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { required, useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";
import { FieldStack, SettingsSection } from "@/ui/Settings";

import { setupQuery } from "./api";
import { checkAccount } from "./entry";
import classes from "./entry.module.css";
import { askForAddress } from "./mail";

/** Another address is used once it is proved. Without a mail server it cannot be, and this is not shown. */
export function AddressSection({ email }: { email: string }) {
  const setup = useQuery(setupQuery);
  const [asked, setAsked] = useState<string | null>(null);
  const { field, setValues, problem, pending, onSubmit, form } = useForm({
    initial: { email: "", password: "" },
    check: (values) => ({
      ...checkAccount({ email: values.email, password: "" }),
      ...required(values, { email: "Which address?", password: "Type your password" }),
    }),
    submit: async (values) => {
      setAsked((await askForAddress({ ...values, email: values.email.trim() })).detail);
      setValues({ email: "", password: "" });
    },
    places: { "password.wrong": "password" },
  });
  if (!setup.data?.mail) return null;
  return (
    <SettingsSection
      title="E-mail address"
      lead={`Yours is ${email}. We mail a link to the new one; nothing changes before you open it.`}
    >
      <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <FieldStack>
          <FormProblem problem={problem} />
          {asked && (
            <p className={classes.asked} role="status">
              {asked}
            </p>
          )}
          <TextInput label="New address" type="email" inputMode="email" autoComplete="email" {...field("email")} />
          <PasswordInput label="Password" autoComplete="current-password" {...field("password")} />
          <div>
            <Button type="submit" variant="default" loading={pending}>
              Send a link
            </Button>
          </div>
        </FieldStack>
      </form>
    </SettingsSection>
  );
}
