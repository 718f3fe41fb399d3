import { Button, Modal, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { meKey } from "@/features/accounts/api";
import { required, useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";
import { FieldStack } from "@/ui/Settings";

import { makeWorkspace } from "./api";

export function NewWorkspace({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal opened={open} onClose={onClose} title="New workspace">
      <NewWorkspaceForm onClose={onClose} />
    </Modal>
  );
}

function NewWorkspaceForm({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { field, problem, pending, onSubmit, form } = useForm({
    initial: { name: "" },
    check: (values) => required(values, { name: "Give the workspace a name" }),
    submit: async ({ name }) => {
      const made = await makeWorkspace(name);
      await queryClient.invalidateQueries({ queryKey: meKey });
      onClose();
      await navigate({ to: "/w/$slug", params: { slug: made.slug } });
    },
  });
  return (
    <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
      <FieldStack>
        <FormProblem problem={problem} />
        <TextInput
          label="Name"
          description="A workspace has its own people and projects. You will be its owner."
          data-autofocus
          autoComplete="off"
          {...field("name")}
        />
        <div>
          <Button type="submit" loading={pending}>
            Create workspace
          </Button>
        </div>
      </FieldStack>
    </form>
  );
}
