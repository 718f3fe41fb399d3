import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";

import type { PersonOut } from "@/api/types";
import { taskHistory } from "@/features/history/api";
import { ChangeRow } from "@/features/history/ChangeRow";
import { namesOf, type Known } from "@/features/history/names";
import { useHistory } from "@/features/history/useHistory";
import { NotSaved } from "@/features/outbox/WaitingChip";
import { useTyping } from "@/features/presence/here";
import { TypingLine } from "@/features/presence/Presence";
import { useDraft } from "@/lib/drafts";
import { recall, remember } from "@/lib/memory";
import { useWaiting } from "@/live/useOutbox";
import { ErrorFace } from "@/ui/Faces";
import { PersonFace } from "@/ui/People";
import { RowsSkeleton } from "@/ui/Skeletons";
import { toastError } from "@/ui/toast";

import { commentsQuery, saidOn, sayComment, withWaiting, type Talk } from "./api";
import { Comment } from "./Comment";
import classes from "./comments.module.css";
import { streamOf } from "./stream";
import { submits } from "./submits";

interface Props {
  project: string;
  task: string;
  /** What people call the task. */
  name: string;
  me: string;
  person: ReadonlyMap<string, PersonOut>;
  mayComment: boolean;
  /** An admin of the project may take back anything. */
  mayManage: boolean;
  /** The project's names, for what was done. */
  known: Known;
  mayUndo: boolean;
}

/** What people say about a task, oldest first, and if wanted what they did, and a place to say more. */
export function Comments({ project, task, name, me, person, mayComment, mayManage, known, mayUndo }: Props) {
  const comments = useQuery(commentsQuery(project, task));
  const [all, setAll] = useState(() => recall("activity") === "all");
  const source = useMemo(() => taskHistory(project, task), [project, task]);
  const history = useHistory(source, all);
  const names = useMemo(() => namesOf(known, history.items, history.people), [known, history.items, history.people]);
  const waiting = useWaiting();
  const sending = saidOn(task, waiting);
  const talk: Talk = { project, task, name };

  async function send(body: string): Promise<boolean> {
    try {
      await sayComment(talk, body);
      return true;
    } catch (error) {
      toastError(error, "Your comment is still in its field.");
      return false;
    }
  }

  function show(everything: boolean) {
    setAll(everything);
    remember("activity", everything ? "all" : "comments");
  }

  if (comments.isError && !comments.data) return <ErrorFace error={comments.error} retry={() => void comments.refetch()} />;
  if (!comments.data) return <RowsSkeleton rows={2} />;
  const mine = person.get(me);
  return (
    <div className={classes.comments}>
      <div className={classes.switch} role="group" aria-label="Show">
        <button type="button" aria-pressed={!all} onClick={() => show(false)}>
          Comments
        </button>
        <button type="button" aria-pressed={all} onClick={() => show(true)}>
          All activity
        </button>
      </div>
      {all && history.isError && <p className={classes.none}>What was done did not load. The comments are here.</p>}
      {all && history.hasNextPage && (
        <button type="button" className={classes.earlier} disabled={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          Show earlier activity
        </button>
      )}
      <ol className={classes.stream}>
        {streamOf(comments.data.items, all ? history.items : []).map((entry) => {
          if ("change" in entry)
            return (
              <ChangeRow key={entry.change.id} change={entry.change} names={names} me={me} mayUndo={mayUndo} about={task} quiet />
            );
          const { comment } = entry;
          const shown = withWaiting(comment, waiting);
          return (
            shown && (
              <Comment
                key={comment.id}
                name={name}
                comment={comment}
                shown={shown}
                author={person.get(comment.author_id ?? "")}
                me={me}
                mayDelete={comment.author_id === me || mayManage}
                known={known}
              />
            )
          );
        })}
        {sending.map((one) => (
          <li key={one.id} className={classes.comment} data-sending={one.state === "fresh" || undefined}>
            {mine && <PersonFace person={mine} size={24} />}
            <div className={classes.said}>
              <div className={classes.head}>
                <span className={classes.author}>{mine?.name}</span>
                {one.state === "fresh" ? <span className={classes.time}>sending</span> : <NotSaved id={one.thing} />}
              </div>
              <p className={classes.plain}>{String(one.body?.body ?? "")}</p>
            </div>
          </li>
        ))}
      </ol>
      {comments.data.items.length === 0 && sending.length === 0 && (
        <p className={classes.none}>{mayComment ? "No comments yet. The first one starts the talk." : "No comments yet."}</p>
      )}
      {mayComment && <NewComment key={task} task={task} onSend={send} />}
      <TypingLine topic={`project:${project}`} task={task} person={person} />
    </div>
  );
}

function NewComment({ task, onSend }: { task: string; onSend: (body: string) => Promise<boolean> }) {
  const { draft, keep, drop } = useDraft(`comment-${task}`);
  const typing = useTyping(task);
  const field = useRef<HTMLTextAreaElement>(null);
  const text = draft?.text ?? "";

  async function send() {
    const body = text.trim();
    if (!body) return;
    drop();
    // What was refused comes back, unless something else is being written there by now.
    if (!(await onSend(body)) && !field.current?.value) keep({ text: body, version: 0 });
  }

  return (
    <div className={classes.form} data-filled={text !== "" || undefined}>
      <textarea
        ref={field}
        className={classes.field}
        rows={1}
        placeholder="Write a comment"
        aria-label="Write a comment"
        value={text}
        maxLength={50_000}
        onChange={(event) => {
          typing();
          if (event.currentTarget.value) keep({ text: event.currentTarget.value, version: 0 });
          else drop();
        }}
        onKeyDown={(event) => {
          if (!submits(event)) return;
          event.preventDefault();
          void send();
        }}
      />
      {text !== "" && (
        <div className={classes.formFoot}>
          <span className={classes.hint}>Markdown works. Ctrl Enter sends.</span>
          <Button size="xs" disabled={!text.trim()} onClick={() => void send()}>
            Comment
          </Button>
        </div>
      )}
    </div>
  );
}
