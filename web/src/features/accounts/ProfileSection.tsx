import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";

import type { MeOut } from "@/api/types";
import { required, useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";
import { FieldStack, SettingsSection } from "@/ui/Settings";
import { toast } from "@/ui/toast";

import { meKey, renameMe } from "./api";

export function ProfileSection({ me }: { me: MeOut }) {
  const queryClient = useQueryClient();
  const { field, values, problem, pending, onSubmit, form } = useForm({
    initial: { name: me.name },
    check: (now) => required(now, { name: "Others need to call you something" }),
    submit: async ({ name }) => {
      queryClient.setQueryData(meKey, await renameMe(name));
      toast({ words: "Your name is changed." });
    },
  });
  return (
    <SettingsSection title="Profile" lead={`You sign in as ${me.email ?? ""}.`}>
      <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <FieldStack>
          <FormProblem problem={problem} />
          <TextInput label="Your name" autoComplete="name" {...field("name")} />
          <div>
            <Button type="submit" loading={pending} disabled={values.name.trim() === me.name}>
              Save
            </Button>
          </div>
        </FieldStack>
      </form>
    </SettingsSection>
  );
}
