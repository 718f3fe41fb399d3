import { ActionIcon, Button, Menu, Modal, NativeSelect } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { BoardOut, StateOut } from "@/api/types";
import { sentenceOf } from "@/lib/problem";
import { plural } from "@/lib/text";
import { FormProblem } from "@/ui/FormProblem";
import { IconArrowDown, IconArrowUp, IconDots, IconTrash } from "@/ui/icons";
import { InlineName } from "@/ui/InlineName";
import { FieldStack, Row } from "@/ui/Settings";
import { toastError } from "@/ui/toast";

import { boardKey, changeState, deleteState } from "./api";
import { CategorySelect } from "./CategorySelect";

interface Props {
  board: BoardOut;
  /** In their order. */
  states: readonly StateOut[];
  place: number;
}

export function StateRow({ board, states, place }: Props) {
  const queryClient = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  const state = states[place] as StateOut;
  const settle = () => queryClient.invalidateQueries({ queryKey: boardKey(board.project.id) });
  const change = useMutation({
    mutationFn: (fields: Partial<Pick<StateOut, "name" | "category">> & { after_id?: string | null }) =>
      changeState(state.id, { version: state.version, ...fields }),
    onSettled: settle,
  });
  const quietly = (fields: Parameters<typeof change.mutate>[0]) => change.mutate(fields, { onError: (error) => toastError(error) });

  return (
    <Row
      mark={
        <CategorySelect
          category={state.category}
          label={`Kind of ${state.name}`}
          onChange={(category) => quietly({ category })}
        />
      }
      name={
        <InlineName
          label={`Name of ${state.name}`}
          value={state.name}
          onSave={(name) => change.mutateAsync({ name })}
        />
      }
    >
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={`More about ${state.name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconArrowUp size={14} />}
            disabled={place === 0}
            onClick={() => quietly({ after_id: states[place - 2]?.id ?? null })}
          >
            Move up
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArrowDown size={14} />}
            disabled={place === states.length - 1}
            onClick={() => quietly({ after_id: states[place + 1]?.id ?? null })}
          >
            Move down
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={14} />}
            disabled={states.length === 1}
            onClick={() => setDeleting(true)}
          >
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={deleting} onClose={() => setDeleting(false)} title={`Delete “${state.name}”`}>
        <DeleteState board={board} states={states} state={state} onDone={() => setDeleting(false)} />
      </Modal>
    </Row>
  );
}

interface DeleteProps {
  board: BoardOut;
  states: readonly StateOut[];
  state: StateOut;
  onDone: () => void;
}

function DeleteState({ board, states, state, onDone }: DeleteProps) {
  const queryClient = useQueryClient();
  const others = states.filter((one) => one.id !== state.id);
  const [target, setTarget] = useState(others.find((one) => one.category === state.category)?.id ?? others[0]?.id ?? "");
  const count = board.tasks.filter((task) => task.state_id === state.id).length;
  const remove = useMutation({
    mutationFn: () => deleteState(state.id, target),
    onSuccess: onDone,
    onSettled: () => queryClient.invalidateQueries({ queryKey: boardKey(board.project.id) }),
  });
  return (
    <FieldStack>
      <FormProblem problem={remove.error && sentenceOf(remove.error)} />
      {count > 0 ? (
        <NativeSelect
          label={`Its ${plural(count, "task goes", "tasks go")} to`}
          data={others.map((one) => ({ value: one.id, label: one.name }))}
          value={target}
          onChange={(event) => setTarget(event.currentTarget.value)}
        />
      ) : (
        <p>No task is in it.</p>
      )}
      <div>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          Delete state
        </Button>
      </div>
    </FieldStack>
  );
}
