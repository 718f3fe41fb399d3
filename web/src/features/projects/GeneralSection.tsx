import { Button, Radio, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { ConflictOut, ProjectOut } from "@/api/types";
import { required, useForm } from "@/lib/form";
import { isConflictProblem } from "@/lib/problem";
import { FormProblem } from "@/ui/FormProblem";
import { LinkButton } from "@/ui/LinkButton";
import { FieldStack, SettingsSection } from "@/ui/Settings";
import { toast } from "@/ui/toast";

import { changeProject, projectsKey } from "./api";
import { VisibilityField } from "./NewProject";

export function GeneralSection({ project, manages }: { project: ProjectOut; manages: boolean }) {
  const queryClient = useQueryClient();
  // What was on the screen when editing began: the server compares the change with this version.
  const [base, setBase] = useState(project);
  // What others made of it first, each to be taken; what I wrote stays in the fields.
  const [conflicts, setConflicts] = useState<ConflictOut[]>([]);
  const { values, set, setValues, field, problem, pending, onSubmit, form } = useForm({
    initial: { name: base.name, description: base.description, visibility: base.visibility, blocking: base.blocking },
    check: ({ name }) => required({ name }, { name: "Give the project a name" }),
    submit: async (now) => {
      const change = {
        ...(now.name !== base.name && { name: now.name }),
        ...(now.description !== base.description && { description: now.description }),
        ...(now.visibility !== base.visibility && { visibility: now.visibility }),
        ...(now.blocking !== base.blocking && { blocking: now.blocking }),
      };
      setConflicts([]);
      try {
        const saved = await changeProject(project.id, { version: base.version, ...change });
        setBase(saved);
        // The description may hold somebody else's edits by now.
        setValues({ name: saved.name, description: saved.description, visibility: saved.visibility, blocking: saved.blocking });
      } catch (error) {
        // Told once; saving again then means it.
        if (isConflictProblem(error) && error.extra.current) {
          setBase(error.extra.current as ProjectOut);
          setConflicts(error.extra.conflicts as ConflictOut[]);
        }
        throw error;
      }
      await queryClient.invalidateQueries({ queryKey: projectsKey(project.workspace_id) });
      toast({ words: "Saved." });
    },
  });
  const changed =
    values.name !== base.name ||
    values.description !== base.description ||
    values.visibility !== base.visibility ||
    values.blocking !== base.blocking;
  return (
    <SettingsSection title="General" lead={`Key ${project.key}. It stays, because links and habits hang on it.`}>
      <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
        <FieldStack>
          <TextInput label="Name" autoComplete="off" readOnly={!manages} {...field("name")} />
          <Textarea
            label="Description"
            autosize
            minRows={2}
            maxRows={10}
            readOnly={!manages}
            placeholder={manages ? "What is it for?" : ""}
            {...field("description")}
          />
          {manages && <VisibilityField value={values.visibility} onChange={(next) => set("visibility", next)} />}
          {manages && (
            <Radio.Group
              label="When somebody closes a task that another one blocks"
              value={values.blocking}
              onChange={(next) => set("blocking", next as ProjectOut["blocking"])}
            >
              <Radio mt={6} value="warn" label="Warn them" />
              <Radio mt={6} value="refuse" label="Refuse it until what blocks it is closed" />
            </Radio.Group>
          )}
          <FormProblem problem={problem} />
          {conflicts.map((one) => (
            <p key={one.field} style={{ margin: 0 }}>
              {one.by?.name ?? "Somebody"} made the {one.field} “{String(one.theirs)}”. It was “{String(one.base ?? "")}”.{" "}
              <LinkButton
                onClick={() => {
                  set(one.field as "name", String(one.theirs));
                  setConflicts(conflicts.filter((other) => other !== one));
                }}
              >
                Take theirs
              </LinkButton>
            </p>
          ))}
          {manages && (
            <div>
              <Button type="submit" loading={pending} disabled={!changed}>
                Save
              </Button>
            </div>
          )}
        </FieldStack>
      </form>
    </SettingsSection>
  );
}
