import { Button, Modal, Radio, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import type { Visibility, WorkspaceOut } from "@/api/types";
import { required, useForm } from "@/lib/form";
import { suggestKey } from "@/lib/text";
import { FormProblem } from "@/ui/FormProblem";
import { FieldStack } from "@/ui/Settings";

import { makeProject, projectsKey } from "./api";
import classes from "./projects.module.css";

interface Props {
  workspace: WorkspaceOut;
  taken: readonly string[];
  open: boolean;
  onClose: () => void;
}

export function NewProject({ open, onClose, ...rest }: Props) {
  return (
    <Modal opened={open} onClose={onClose} title="New project">
      <NewProjectForm onClose={onClose} {...rest} />
    </Modal>
  );
}

const blank = { name: "", key: "", visibility: "workspace" as Visibility };

function NewProjectForm({ workspace, taken, onClose }: Omit<Props, "open">) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [ownKey, setOwnKey] = useState(false);
  const { values, set, setValues, field, problem, pending, onSubmit, form } = useForm({
    initial: blank,
    check: ({ name, key }) => ({
      ...required({ name, key }, { name: "Give the project a name", key: "Tasks need a key, such as HW" }),
      ...(taken.includes(key) && { key: "Another project has this key" }),
    }),
    submit: async (now) => {
      const made = await makeProject(workspace.id, { ...now, description: "" });
      await queryClient.invalidateQueries({ queryKey: projectsKey(workspace.id) });
      onClose();
      await navigate({ to: "/w/$slug/p/$key", params: { slug: workspace.slug, key: made.key } });
    },
    places: { uq_project_workspace_id_key: { field: "key", words: "Another project has this key" } },
  });
  return (
    <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
      <FieldStack>
        <FormProblem problem={problem} />
        <div className={classes.pair}>
          <TextInput
            label="Name"
            data-autofocus
            autoComplete="off"
            {...field("name")}
            onChange={(event) => {
              const name = event.currentTarget.value;
              if (ownKey) set("name", name);
              else setValues((now) => ({ ...now, name, key: suggestKey(name, taken) }));
            }}
          />
          <TextInput
            label="Key"
            className={classes.keyField}
            autoComplete="off"
            maxLength={10}
            {...field("key")}
            onChange={(event) => {
              setOwnKey(true);
              set("key", event.currentTarget.value.toUpperCase().replace(/[^A-Z0-9]/g, ""));
            }}
          />
        </div>
        <p className="hw-muted">Its tasks will be {values.key || "HW"}-1, {values.key || "HW"}-2 … The key stays.</p>
        <VisibilityField value={values.visibility} onChange={(next) => set("visibility", next)} />
        <div>
          <Button type="submit" loading={pending}>
            Create project
          </Button>
        </div>
      </FieldStack>
    </form>
  );
}

interface VisibilityProps {
  value: Visibility;
  onChange: (value: Visibility) => void;
}

export function VisibilityField({ value, onChange }: VisibilityProps) {
  return (
    <Radio.Group label="Who sees it" value={value} onChange={(next) => onChange(next as Visibility)}>
      <FieldStack>
        <Radio
          value="workspace"
          label="Everyone in the workspace"
          description="Members may work in it, viewers may look."
        />
        <Radio value="private" label="Only people added to it" description="Others do not even see that it exists." />
      </FieldStack>
    </Radio.Group>
  );
}
