import { Button, Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { BoardThen, TaskRow } from "@/api/types";
import { dateWords, momentWords } from "@/lib/dates";
import { priorityWords } from "@/lib/words";
import { ErrorFace } from "@/ui/Faces";
import { HumanId } from "@/ui/HumanId";
import { Label } from "@/ui/Label";
import { PersonFace } from "@/ui/People";
import { PriorityBars } from "@/ui/PriorityBars";
import { Prose } from "@/ui/Prose";
import { RowsSkeleton } from "@/ui/Skeletons";
import { StateRing } from "@/ui/StateRing";

import { commentsThenQuery, taskThenQuery } from "./api";
import classes from "./past.module.css";

interface Props {
  then: BoardThen;
  row: TaskRow;
  onClose: () => void;
}

/** A task as it was. To be read, not changed: the way to today's is one click. */
export function ThenTask({ then, row, onClose }: Props) {
  const navigate = useNavigate();
  const at = String(then.revision);
  const task = useQuery(taskThenQuery(row.id, at));
  const comments = useQuery(commentsThenQuery(row.id, at));
  const state = then.states.find((one) => one.id === row.state_id);
  const labels = then.labels.filter((one) => row.label_ids.includes(one.id));
  const person = new Map(then.people.map((one) => [one.person_id, one]));
  const people = row.assignee_ids.map((id) => person.get(id)).filter((one) => one !== undefined);
  const parent = then.tasks.find((one) => one.id === row.parent_id);
  const now = () => void navigate({ to: ".", search: (search: object) => ({ ...search, at: undefined, task: row.human_id }) as never });
  return (
    // Later: the Escape that closes this must not also mean the bar behind it.
    <Drawer opened onClose={() => setTimeout(onClose)} position="right" size={560} title={<HumanId id={row.human_id} />} closeButtonProps={{ "aria-label": "Close" }}>
      <article className={classes.then}>
        <p className={classes.thenWhen}>As it was on {momentWords(then.at)}.</p>
        <h2 className={classes.thenTitle}>{row.title}</h2>
        <dl className={classes.thenFacts}>
          <Fact name="State">
            {state && <StateRing category={state.category} name="" />}
            {state?.name ?? "A state that is gone"}
          </Fact>
          {row.priority > 0 && (
            <Fact name="Priority">
              <PriorityBars priority={row.priority} size={13} /> {priorityWords[row.priority]}
            </Fact>
          )}
          {people.length > 0 && (
            <Fact name="Assignees">
              {people.map((one) => (
                <span key={one.person_id} className={classes.thenPerson}>
                  <PersonFace person={one} size={20} /> {one.name}
                </span>
              ))}
            </Fact>
          )}
          {labels.length > 0 && (
            <Fact name="Labels">
              {labels.map((one) => (
                <Label key={one.id} name={one.name} color={one.color} />
              ))}
            </Fact>
          )}
          {row.start_on && <Fact name="Start">{dateWords(row.start_on)}</Fact>}
          {row.due_on && <Fact name="Due">{dateWords(row.due_on)}</Fact>}
          {parent && (
            <Fact name="Part of">
              <HumanId id={parent.human_id} /> {parent.title}
            </Fact>
          )}
        </dl>
        {task.data ? (
          task.data.description ? <Prose html={task.data.description_html} /> : <p className={classes.quiet}>No description then.</p>
        ) : task.error ? (
          <ErrorFace error={task.error} retry={() => void task.refetch()} />
        ) : (
          <RowsSkeleton rows={3} />
        )}
        {comments.data && comments.data.items.length > 0 && (
          <section aria-label="Comments">
            <h3 className={classes.thenHead}>Comments</h3>
            {comments.data.items.map((one) => (
              <div key={one.id} className={classes.thenComment}>
                <p className={classes.quiet}>
                  {person.get(one.author_id ?? "")?.name ?? "Somebody"}, {momentWords(one.created_at)}
                </p>
                <Prose html={one.body_html} />
              </div>
            ))}
          </section>
        )}
        <Button variant="default" size="xs" onClick={now}>
          Open it as it is now
        </Button>
      </article>
    </Drawer>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.thenFact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
