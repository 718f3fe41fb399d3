import { Button, PasswordInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";

import { required, useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";
import { FieldStack, SettingsSection } from "@/ui/Settings";
import { toast } from "@/ui/toast";

import { changePassword, sessionsKey, tokensKey } from "./api";
import { checkPassword } from "./entry";

const blank = { current: "", new: "" };

export function PasswordSection({ email }: { email: string }) {
  const queryClient = useQueryClient();
  const { field, setValues, problem, pending, onSubmit, form } = useForm({
    initial: blank,
    check: (values) => {
      const rule = checkPassword(values.new);
      return {
        ...(rule && { new: rule }),
        ...required(values, { current: "Type your present password", new: "Choose a new password" }),
      };
    },
    submit: async (values) => {
      await changePassword(values);
      setValues(blank);
      toast({ words: "Your password is changed. Your other browsers and API tokens are signed out." });
      await queryClient.invalidateQueries({ queryKey: sessionsKey });
      await queryClient.invalidateQueries({ queryKey: tokensKey });
    },
    places: { "password.wrong": "current" },
  });
  return (
    <SettingsSection title="Password" lead="Changing it signs your other browsers out and ends your API tokens.">
      <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <FieldStack>
          <FormProblem problem={problem} />
          <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
          <PasswordInput label="Present password" autoComplete="current-password" {...field("current")} />
          <PasswordInput
            label="New password"
            description={field("new").error ? undefined : "10 characters or more."}
            autoComplete="new-password"
            {...field("new")}
          />
          <div>
            <Button type="submit" variant="default" loading={pending}>
              Change password
            </Button>
          </div>
        </FieldStack>
      </form>
    </SettingsSection>
  );
}
