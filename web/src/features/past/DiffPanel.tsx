import { Button, Drawer, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { Difference } from "@/api/types";
import { fieldsOf, isText, own, phraseOf } from "@/features/history/fields";
import { namesOf, type Known, type Names } from "@/features/history/names";
import { Sentence } from "@/features/history/Sentence";
import { TextDiff } from "@/features/history/TextDiff";
import { words, type Words } from "@/features/history/words";
import { momentWords } from "@/lib/dates";
import { EmptyFace, ErrorFace } from "@/ui/Faces";
import { HumanId } from "@/ui/HumanId";
import { RowsSkeleton } from "@/ui/Skeletons";

import { diffQuery } from "./api";
import classes from "./past.module.css";
import { groupsOf, localValue } from "./places";

interface Props {
  project: string;
  known: Known;
  /** Revisions or times, as the address has them. */
  from: string;
  to: string | undefined;
  onRange: (from: string, to: string | undefined) => void;
  onOpenTask: (humanId: string) => void;
  onClose: () => void;
}

/** What differs between two moments, thing by thing. */
export function DiffPanel({ project, known, from, to, onRange, onOpenTask, onClose }: Props) {
  const diff = useInfiniteQuery(diffQuery(project, from, to));
  const first = diff.data?.pages[0];
  const items = useMemo(() => diff.data?.pages.flatMap((page) => page.items) ?? [], [diff.data]);
  const names = useMemo(() => namesOf(known, [], diff.data?.pages.flatMap((page) => page.people) ?? []), [known, diff.data]);
  const counts = first?.counts;
  return (
    // Later: the Escape that closes this must not also mean the bar behind it.
    <Drawer opened onClose={() => setTimeout(onClose)} position="right" size={600} title="What changed" closeButtonProps={{ "aria-label": "Close" }}>
      <div className={classes.diff}>
        <div className={classes.range2}>
          <Moment label="From" value={first?.from.at} max={first?.to.at} onPick={(at) => onRange(at, to)} />
          <Moment label="Until" value={first?.to.at} onPick={(at) => onRange(from, at)} />
          {to !== undefined && (
            <Button size="xs" variant="default" onClick={() => onRange(from, undefined)}>
              Until now
            </Button>
          )}
        </div>
        {counts && (
          <p className={classes.counts} role="status">
            {countWords(counts)}
          </p>
        )}
        {diff.error ? (
          <ErrorFace error={diff.error} retry={() => void diff.refetch()} />
        ) : !first ? (
          <RowsSkeleton rows={8} />
        ) : items.length === 0 ? (
          <EmptyFace title="Nothing changed in between">What was done was undone again, or nobody was here.</EmptyFace>
        ) : (
          groupsOf(items).map((group) => (
            <section key={group.name} aria-label={group.name}>
              <h3 className={classes.thenHead}>{group.name}</h3>
              <ul className={classes.differences}>
                {group.items.map((one) => (
                  <DiffRow key={`${one.noun} ${one.id}`} one={one} names={names} onOpenTask={onOpenTask} />
                ))}
              </ul>
            </section>
          ))
        )}
        {diff.hasNextPage && (
          <Button variant="default" size="xs" loading={diff.isFetchingNextPage} onClick={() => void diff.fetchNextPage()}>
            Show more
          </Button>
        )}
      </div>
    </Drawer>
  );
}

function countWords(counts: { created: number; changed: number; deleted: number }): string {
  const said = [
    counts.created && `${counts.created.toLocaleString()} new`,
    counts.changed && `${counts.changed.toLocaleString()} changed`,
    counts.deleted && `${counts.deleted.toLocaleString()} deleted`,
  ].filter(Boolean);
  return said.length > 0 ? said.join(", ") : "No differences";
}

const nouns: Record<string, string> = { comment: "A comment", state: "State", label: "Label", project: "Project", member: "Role" };

function DiffRow({ one, names, onOpenTask }: { one: Difference; names: Names; onOpenTask: (humanId: string) => void }) {
  const { human_id } = one;
  const who = one.by.map((id) => names.people.get(id) ?? "Somebody who left");
  const opens = human_id !== null && !(one.noun === "task" && one.what === "deleted");
  const title = one.noun === "comment" ? "" : (one.title ?? "");
  return (
    <li className={classes.difference} data-what={one.what}>
      <p className={classes.differenceName}>
        {one.noun !== "task" && <span className={classes.quiet}>{nouns[one.noun] ?? one.noun}</span>}
        {one.noun === "comment" && human_id && <span className={classes.quiet}>on</span>}
        {opens ? (
          <button type="button" className={classes.open} onClick={() => onOpenTask(human_id)}>
            <HumanId id={human_id} /> <span>{title}</span>
          </button>
        ) : (
          <span className={classes.gone}>
            {human_id && <HumanId id={human_id} />} {title}
          </span>
        )}
        {one.noun !== "task" && one.what !== "changed" && <span className={classes.quiet}>{one.what === "created" ? "new" : "deleted"}</span>}
      </p>
      {one.what === "changed" && <Fields one={one} names={names} />}
      <p className={classes.differenceFoot}>
        {[who.slice(0, 3).join(", ") + (who.length > 3 ? ` and ${who.length - 3} more` : ""), one.at && momentWords(one.at)].filter(Boolean).join(" · ")}
      </p>
    </li>
  );
}

function Fields({ one, names }: { one: Difference; names: Names }) {
  const sides = (side: "from" | "to") => Object.fromEntries(Object.entries(one.fields).map(([name, both]) => [name, both[side]]));
  const [before, after] = [sides("from"), sides("to")];
  const changed = fieldsOf(before, after);
  return (
    <ul className={classes.fields}>
      {changed.map((field) => {
        const sentence: Words = phraseOf(field, before[field], after[field], own, names);
        return (
          <li key={field}>
            <Sentence words={words`${capital(sentence)}`} />
            {isText(field) && field !== "title" && field !== "name" && (
              <TextDiff before={String(before[field] ?? "")} after={String(after[field] ?? "")} label={field} />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function capital(sentence: Words): Words {
  const [first, ...rest] = sentence;
  return typeof first === "string" ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest] : sentence;
}

interface MomentProps {
  label: string;
  value: string | undefined;
  max?: string | undefined;
  onPick: (at: string) => void;
}

function Moment({ label, value, max, onPick }: MomentProps) {
  return (
    <TextInput
      type="datetime-local"
      size="xs"
      label={label}
      // A new value from outside makes a new field: while somebody types, half a date is nobody's business.
      key={value ?? ""}
      defaultValue={value ? localValue(value) : ""}
      max={localValue(max ?? new Date())}
      onBlur={(event) => {
        const picked = new Date(event.currentTarget.value);
        if (value && !Number.isNaN(picked.getTime()) && event.currentTarget.value !== localValue(value)) onPick(picked.toISOString());
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
      }}
    />
  );
}
