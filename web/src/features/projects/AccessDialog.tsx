import { Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import type { AccessOut } from "@/api/types";
import { sentenceOf } from "@/lib/problem";
import { projectRoleWords } from "@/lib/words";
import { ErrorFace } from "@/ui/Faces";
import { IconCheck, IconX } from "@/ui/icons";
import { RowsSkeleton } from "@/ui/Skeletons";

import { accessQuery } from "./api";
import classes from "./projects.module.css";

const rights = [
  ["see", "See"],
  ["comment", "Comment"],
  ["edit", "Change tasks"],
  ["manage", "Manage the project"],
] as const;

interface Props {
  project: string;
  person: string;
  name: string;
  onClose: () => void;
}

/** What somebody can see and do in a project, and why. */
export function AccessDialog({ project, person, name, onClose }: Props) {
  const access = useQuery(accessQuery(project, person));
  return (
    <Modal opened onClose={onClose} title={`What can ${name} see?`} size={480}>
      {access.data ? (
        <>
          <Access access={access.data} />
          <OneTask project={project} person={person} />
        </>
      ) : access.isError ? (
        <ErrorFace error={access.error} retry={() => void access.refetch()} />
      ) : (
        <RowsSkeleton rows={4} />
      )}
    </Modal>
  );
}

function Access({ access }: { access: AccessOut }) {
  return (
    <>
      <p className={classes.answer}>{answerOf(access)}</p>
      <ul className={classes.rights} aria-label="Rights">
        {rights.map(([right, words]) => (
          <li key={right} data-may={access.rights[right] || undefined}>
            {access.rights[right] ? <IconCheck size={15} aria-label="Yes:" /> : <IconX size={15} aria-label="No:" />}
            {words}
          </li>
        ))}
      </ul>
      <h3 className={classes.why}>Why</h3>
      <ol className={classes.reasons}>
        {access.reasons.map((reason) => (
          <li key={reason.code}>{reason.text}</li>
        ))}
      </ol>
    </>
  );
}

function answerOf({ name, sees, only_assigned, role }: AccessOut): string {
  if (!sees) return `${name} sees nothing of this project.`;
  const as = role ? `, as ${projectRoleWords[role].name.toLowerCase()}` : "";
  return only_assigned ? `${name} sees only tasks assigned to them${as}.` : `${name} sees the whole project${as}.`;
}

function OneTask({ project, person }: { project: string; person: string }) {
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  const answer = useQuery({ ...accessQuery(project, person, asked), enabled: asked !== "" });

  function ask(event: FormEvent) {
    event.preventDefault();
    setAsked(typed.trim());
  }

  return (
    <form onSubmit={ask}>
      <TextInput
        label="Check a task"
        description="Its id, then Enter."
        placeholder="HW-42"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={answer.isError ? sentenceOf(answer.error) : undefined}
      />
      <p className={classes.reason} role="status">
        {asked && answer.data?.task ? answer.data.task.text : ""}
      </p>
    </form>
  );
}
