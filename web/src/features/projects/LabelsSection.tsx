import { ActionIcon, Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { BoardOut, LabelColor, LabelOut } from "@/api/types";
import { required, useForm } from "@/lib/form";
import { plural, stableIndex } from "@/lib/text";
import { labelColors } from "@/lib/words";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { Float } from "@/ui/Float";
import { FormProblem } from "@/ui/FormProblem";
import { IconPlus, IconTrash } from "@/ui/icons";
import { InlineName } from "@/ui/InlineName";
import { Label, LabelDot } from "@/ui/Label";
import { Row, Rows, SettingsSection } from "@/ui/Settings";
import { toastError } from "@/ui/toast";

import { addLabel, boardKey, changeLabel, deleteLabel } from "./api";
import classes from "./projects.module.css";

export function LabelsSection({ board, manages }: { board: BoardOut; manages: boolean }) {
  const labels = [...board.labels].sort((one, other) => one.name.localeCompare(other.name));
  return (
    <SettingsSection title="Labels" lead="Words to sort tasks by, across states.">
      {labels.length === 0 && <p className="hw-muted">None yet.</p>}
      <Rows label="Labels">
        {labels.map((label) =>
          manages ? (
            <LabelRow key={label.id} board={board} label={label} />
          ) : (
            <Row key={label.id} name={<Label name={label.name} color={label.color} />} />
          ),
        )}
      </Rows>
      {manages && <AddLabel project={board.project.id} count={labels.length} />}
    </SettingsSection>
  );
}

function LabelRow({ board, label }: { board: BoardOut; label: LabelOut }) {
  const queryClient = useQueryClient();
  const settle = () => queryClient.invalidateQueries({ queryKey: boardKey(board.project.id) });
  const change = useMutation({
    mutationFn: (fields: Partial<Pick<LabelOut, "name" | "color">>) =>
      changeLabel(label.id, { version: label.version, ...fields }),
    onSettled: settle,
  });
  const count = board.tasks.filter((task) => task.label_ids.includes(label.id)).length;
  return (
    <Row
      mark={
        <ColorSelect
          color={label.color}
          label={`Colour of ${label.name}`}
          onChange={(color) => change.mutate({ color }, { onError: (error) => toastError(error) })}
        />
      }
      name={
        <InlineName
          label={`Name of ${label.name}`}
          value={label.name}
          onSave={(name) => change.mutateAsync({ name })}
        />
      }
    >
      {count > 0 && <span className="hw-muted hw-num">{plural(count, "task", "tasks")}</span>}
      <ConfirmButton
        variant="subtle"
        color="gray"
        size="xs"
        className={classes.plain}
        aria-label={`Delete the label ${label.name}`}
        question={count > 0 ? `It is taken off ${plural(count, "task", "tasks")}.` : "No task carries it."}
        confirm="Delete"
        onConfirm={() => deleteLabel(label.id).catch(toastError).then(settle)}
      >
        <IconTrash size={15} />
      </ConfirmButton>
    </Row>
  );
}

interface ColorProps {
  color: LabelColor;
  label: string;
  onChange: (color: LabelColor) => void;
}

function ColorSelect({ color, label, onChange }: ColorProps) {
  const [open, setOpen] = useState(false);
  return (
    <Float
      open={open}
      onClose={() => setOpen(false)}
      label={label}
      width="max-content"
      at={
        <ActionIcon aria-label={`${label}: ${color}`} onClick={() => setOpen(!open)}>
          <LabelDot color={color} />
        </ActionIcon>
      }
    >
      <div className={classes.colors}>
        {labelColors.map((one) => (
          <button
            key={one}
            type="button"
            className={classes.swatch}
            aria-label={one}
            aria-pressed={one === color}
            onClick={() => {
              setOpen(false);
              if (one !== color) onChange(one);
            }}
          >
            <LabelDot color={one} />
          </button>
        ))}
      </div>
    </Float>
  );
}

function AddLabel({ project, count }: { project: string; count: number }) {
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(false);
  const [color, setColor] = useState<LabelColor | null>(null);
  const { values, field, setValues, problem, pending, onSubmit, form } = useForm({
    initial: { name: "" },
    check: (now) => required(now, { name: "Give the label a name" }),
    submit: async ({ name }) => {
      await addLabel(project, { name, color: chosen });
      await queryClient.invalidateQueries({ queryKey: boardKey(project) });
      setValues({ name: "" });
      setColor(null);
    },
    places: { uq_label_project_id_name: { field: "name", words: "There is a label of this name already" } },
  });
  const chosen = color ?? labelColors[(stableIndex(values.name, labelColors.length) + count) % labelColors.length] ?? "gray";
  if (!open)
    return (
      <Button variant="subtle" color="gray" leftSection={<IconPlus size={14} />} mt={8} onClick={() => setOpen(true)}>
        Add a label
      </Button>
    );
  return (
    <form ref={form} className={classes.add} onSubmit={(event) => void onSubmit(event)} noValidate>
      <ColorSelect color={chosen} label="Colour of the new label" onChange={setColor} />
      <div className={classes.grow}>
        <FormProblem problem={problem} />
        <TextInput aria-label="Name of the new label" placeholder="Bug" autoFocus maxLength={100} {...field("name")} />
      </div>
      <Button type="submit" loading={pending}>
        Add
      </Button>
      <Button variant="default" onClick={() => setOpen(false)}>
        Done
      </Button>
    </form>
  );
}
