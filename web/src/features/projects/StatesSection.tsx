import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { BoardOut, Category, StateOut } from "@/api/types";
import { required, useForm } from "@/lib/form";
import { FormProblem } from "@/ui/FormProblem";
import { IconPlus } from "@/ui/icons";
import { Row, Rows, SettingsSection } from "@/ui/Settings";
import { StateRing } from "@/ui/StateRing";

import { addState, boardKey } from "./api";
import { CategorySelect } from "./CategorySelect";
import classes from "./projects.module.css";
import { StateRow } from "./StateRow";

/** The steps of the work, in the order of the board's columns. */
export function StatesSection({ board, manages }: { board: BoardOut; manages: boolean }) {
  const states = [...board.states].sort((one, other) => (one.rank < other.rank ? -1 : 1));
  return (
    <SettingsSection
      title="States"
      lead="The columns of the board, in this order. The ring says what a state means: only open ones show in My work."
    >
      <Rows label="States">
        {states.map((state, place) =>
          manages ? (
            <StateRow key={state.id} board={board} states={states} place={place} />
          ) : (
            <Row key={state.id} mark={<StateRing category={state.category} />} name={state.name} />
          ),
        )}
      </Rows>
      {manages && <AddState project={board.project.id} states={states} />}
    </SettingsSection>
  );
}

function AddState({ project, states }: { project: string; states: readonly StateOut[] }) {
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(false);
  const { values, set, setValues, field, problem, pending, onSubmit, form } = useForm({
    initial: { name: "", category: "doing" as Category },
    check: ({ name }) => required({ name }, { name: "Give the state a name" }),
    submit: async (now) => {
      // Behind the last state of its kind, so that columns stay in a sensible order.
      const after = states.filter((one) => one.category === now.category).at(-1);
      await addState(project, { ...now, ...(after && { after_id: after.id }) });
      await queryClient.invalidateQueries({ queryKey: boardKey(project) });
      setValues((last) => ({ ...last, name: "" }));
    },
  });
  if (!open)
    return (
      <Button variant="subtle" color="gray" leftSection={<IconPlus size={14} />} mt={8} onClick={() => setOpen(true)}>
        Add a state
      </Button>
    );
  return (
    <form ref={form} className={classes.add} onSubmit={(event) => void onSubmit(event)} noValidate>
      <CategorySelect category={values.category} label="Kind of the new state" onChange={(next) => set("category", next)} />
      <div className={classes.grow}>
        <FormProblem problem={problem} />
        <TextInput aria-label="Name of the new state" placeholder="In review" autoFocus maxLength={100} {...field("name")} />
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
