import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

import type { RelationsOut, TaskRow } from "@/api/types";
import { useAction } from "@/lib/actions";
import type { Category } from "@/lib/words";
import { Float } from "@/ui/Float";
import { HumanId } from "@/ui/HumanId";
import { IconPlus, IconX } from "@/ui/icons";
import { Picker, type Choice } from "@/ui/Picker";
import { StateRing } from "@/ui/StateRing";

import { changeQuietly } from "./actions";
import { relationsQuery } from "./api";
import { isNew } from "./newRow";
import { isOpen } from "./order";
import type { Ground } from "./project";
import { relating, relationsHere, relationWords, type RelationKind } from "./relations";
import classes from "./sheet.module.css";

interface Props {
  ground: Ground;
  task: TaskRow;
  onOpen: (humanId: string) => void;
}

/** What a task hangs together with: in its project as the board has it, in others as the server tells. */
export function Relations({ ground, task, onOpen }: Props) {
  const client = useQueryClient();
  const elsewhere = useQuery({ ...relationsQuery(task.id), enabled: !isNew(task) });
  const here = relationsHere(task, ground.tasks);
  const there = (elsewhere.data?.items ?? []).filter((one) => one.task.project_id !== task.project_id && held(task, one));
  if (here.length + there.length === 0 && !ground.mayEdit) return null;

  function relate(kind: RelationKind, other: TaskRow, on: boolean) {
    const { of, change } = relating(kind, task, other, on);
    void changeQuietly(client, of, change).then(() => elsewhere.refetch());
  }

  const lines = [
    ...here.map((one) => ({ ...one, category: ground.state.get(one.task.state_id)?.category, state: ground.state.get(one.task.state_id)?.name })),
    ...there.map((one) => ({ ...one, category: one.task.state_category, state: one.task.state_name })),
  ];
  return (
    <section className={classes.section} aria-label="Relations">
      <h3 className={classes.sectionName}>
        Relations
        {ground.mayEdit && <AddRelation ground={ground} task={task} onPick={(kind, other) => relate(kind, other, true)} />}
      </h3>
      <ul className={classes.subTasks}>
        {lines.map(({ kind, task: other, category, state }) => (
          <li key={`${kind} ${other.id}`} className={classes.subTask}>
            <span className={classes.relationKind} data-warns={(kind === "blocked_by" && isOpen(category)) || undefined}>
              {relationWords[kind]}
            </span>
            <button type="button" className={classes.subTaskOpen} onClick={() => onOpen(other.human_id)}>
              {category && <StateRing category={category as Category} name={state ?? ""} />}
              <HumanId id={other.human_id} />
              <span className={classes.subTaskTitle} data-closed={!isOpen(category) || undefined}>
                {other.title}
              </span>
            </button>
            {ground.mayEdit && (
              <button
                type="button"
                className={classes.stepRemove}
                aria-label={`${relationWords[kind]} ${other.human_id}: take away`}
                onClick={() => relate(kind, other, false)}
              >
                <IconX size={14} />
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Mine are known at once; what the other side keeps is as the server said last. */
const held = (task: TaskRow, { kind, task: other }: RelationsOut["items"][number]) =>
  kind === "blocked_by" ? task.blocked_by_ids.includes(other.id) : kind === "duplicate_of" ? task.duplicate_of_id === other.id : true;

interface AddProps {
  ground: Ground;
  task: TaskRow;
  onPick: (kind: RelationKind, other: TaskRow) => void;
}

/** First what it is, then which task. */
function AddRelation({ ground, task, onPick }: AddProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState<RelationKind | null>(null);
  useAction({ id: "task.relate", title: "Relate the task to another", group: "Task", keys: "r", run: () => show() });

  function show() {
    button.current?.scrollIntoView({ block: "center" });
    setKind(null);
    setOpen(true);
  }

  const kinds: Choice[] = Object.entries(relationWords).map(([value, name]) => ({ value, name: `${name}…` }));
  const taken = new Set(kind ? relationsHere(task, ground.tasks).filter((one) => one.kind === kind).map((one) => one.task.id) : []);
  const tasks: Choice[] = ground.tasks
    .filter((one) => one.id !== task.id && !taken.has(one.id) && !isNew(one))
    .toSorted((one, other) => other.number - one.number)
    .map((one) => ({ value: one.id, name: `${one.human_id} ${one.title}` }));
  return (
    <Float
      open={open}
      onClose={() => setOpen(false)}
      label="Add a relation"
      width={340}
      at={
        <button ref={button} type="button" className={classes.sectionAdd} aria-label="Add a relation (r)" onClick={() => (open ? setOpen(false) : show())}>
          <IconPlus size={14} />
        </button>
      }
    >
      {open && kind === null && (
        // Picking goes on to the next question, so closing is not its end.
        <Picker key="kind" label="This task is…" several choices={kinds} onPick={(value) => setKind(value as RelationKind)} onClose={() => setOpen(false)} />
      )}
      {open && kind !== null && (
        <Picker
          key={kind}
          label={`${relationWords[kind]}…`}
          empty="There is no other task here."
          choices={tasks}
          onPick={(id) => {
            const other = ground.task.get(id);
            if (other) onPick(kind, other);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </Float>
  );
}
