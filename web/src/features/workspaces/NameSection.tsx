import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";

import type { WorkspaceOut } from "@/api/types";
import { meKey } from "@/features/accounts/api";
import { required, useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";
import { FieldStack, SettingsSection } from "@/ui/Settings";
import { toast } from "@/ui/toast";

import { renameWorkspace } from "./api";

export function NameSection({ workspace }: { workspace: WorkspaceOut }) {
  const queryClient = useQueryClient();
  const { field, values, problem, pending, onSubmit, form } = useForm({
    initial: { name: workspace.name },
    check: (now) => required(now, { name: "Give the workspace a name" }),
    submit: async ({ name }) => {
      await renameWorkspace(workspace.id, { name, version: workspace.version });
      await queryClient.invalidateQueries({ queryKey: meKey });
      toast({ words: "The workspace is renamed." });
    },
  });
  return (
    <SettingsSection title="Workspace" lead={`Its address stays /w/${workspace.slug}.`}>
      <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <FieldStack>
          <FormProblem problem={problem} />
          <TextInput label="Name" autoComplete="off" {...field("name")} />
          <div>
            <Button type="submit" loading={pending} disabled={values.name.trim() === workspace.name}>
              Save
            </Button>
          </div>
        </FieldStack>
      </form>
    </SettingsSection>
  );
}
