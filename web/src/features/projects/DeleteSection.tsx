import { Button, Modal, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import type { ProjectOut } from "@/api/types";
import { useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";
import { FieldStack, SettingsSection } from "@/ui/Settings";
import { toast } from "@/ui/toast";

import { deleteProject, projectsKey } from "./api";

export function DeleteSection({ slug, project }: { slug: string; project: ProjectOut }) {
  const [open, setOpen] = useState(false);
  return (
    <SettingsSection title="Delete" lead="For everybody, with its tasks and comments.">
      <Button variant="default" c="var(--hw-danger)" onClick={() => setOpen(true)}>
        Delete project…
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={`Delete “${project.name}”`}>
        <DeleteForm slug={slug} project={project} />
      </Modal>
    </SettingsSection>
  );
}

function DeleteForm({ slug, project }: { slug: string; project: ProjectOut }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { field, problem, pending, onSubmit, form } = useForm({
    initial: { key: "" },
    check: ({ key }): { key?: string } =>
      key.trim().toUpperCase() === project.key ? {} : { key: `Type ${project.key} to say that you mean it` },
    submit: async () => {
      await deleteProject(project.id);
      await navigate({ to: "/w/$slug", params: { slug } });
      await queryClient.invalidateQueries({ queryKey: projectsKey(project.workspace_id) });
      toast({ words: `“${project.name}” is deleted.` });
    },
  });
  return (
    <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
      <FieldStack>
        <FormProblem problem={problem} />
        <TextInput label={`Type ${project.key} to confirm`} data-autofocus autoComplete="off" {...field("key")} />
        <div>
          <Button type="submit" color="red" loading={pending}>
            Delete project
          </Button>
        </div>
      </FieldStack>
    </form>
  );
}
