import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type KeyboardEvent } from "react";

import type { CommentOut, PersonOut } from "@/api/types";
import { CommentConflict } from "@/features/outbox/CommentConflict";
import { NotSaved } from "@/features/outbox/WaitingChip";
import { useTyping } from "@/features/presence/here";
import { TypingLine } from "@/features/presence/Presence";
import { agoWords, momentWords } from "@/lib/dates";
import { useDraft } from "@/lib/drafts";
import { isConflictProblem, sentenceWith } from "@/lib/problem";
import { useWaiting } from "@/live/useOutbox";
import { ErrorFace } from "@/ui/Faces";
import { IconDots } from "@/ui/icons";
import { PersonFace } from "@/ui/People";
import { Prose } from "@/ui/Prose";
import { RowsSkeleton } from "@/ui/Skeletons";
import { toast, toastError } from "@/ui/toast";

import { changeComment, commentsQuery, removeComment, saidOn, sayComment, withWaiting, type Talk } from "./api";
import classes from "./comments.module.css";

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
}

export const submits = (event: KeyboardEvent) => event.key === "Enter" && (event.ctrlKey || event.metaKey);

/** What people say about a task, oldest first, and a place to say more. */
export function Comments({ project, task, name, me, person, mayComment, mayManage }: Props) {
  const comments = useQuery(commentsQuery(project, task));
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

  if (comments.isError && !comments.data) return <ErrorFace error={comments.error} retry={() => void comments.refetch()} />;
  if (!comments.data) return <RowsSkeleton rows={2} />;
  const mine = person.get(me);
  return (
    <div className={classes.comments}>
      <ol className={classes.stream}>
        {comments.data.items.map((comment) => ({ comment, shown: withWaiting(comment, waiting) })).map(({ comment, shown }) => shown && (
          <Comment
            key={comment.id}
            name={name}
            comment={comment}
            shown={shown}
            author={person.get(comment.author_id ?? "")}
            mine={comment.author_id === me}
            mayDelete={comment.author_id === me || mayManage}
          />
        ))}
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

interface CommentProps {
  name: string;
  comment: CommentOut;
  /** With what waits laid over it. */
  shown: CommentOut;
  author: PersonOut | undefined;
  mine: boolean;
  mayDelete: boolean;
}

function Comment({ name: task, comment, shown, author, mine, mayDelete }: CommentProps) {
  const [editing, setEditing] = useState(false);
  const name = author?.name ?? "Somebody who left";

  async function remove() {
    try {
      const answer = await removeComment(task, comment);
      toast({ words: answer ? "The comment was deleted." : "The comment will be deleted when the connection returns." });
    } catch (error) {
      toastError(error, "The comment is still there.");
    }
  }

  return (
    <li className={classes.comment}>
      <PersonFace person={author ?? { person_id: "", name, placeholder: true }} size={24} />
      <div className={classes.said}>
        <div className={classes.head}>
          <span className={classes.author}>{name}</span>
          <time className={classes.time} dateTime={comment.created_at} title={momentWords(comment.created_at)}>
            {agoWords(comment.created_at)}
          </time>
          {comment.version > 1 && (
            <span className={classes.time} title={momentWords(comment.updated_at)}>
              edited
            </span>
          )}
          <NotSaved id={comment.id} />
          {(mine || mayDelete) && !editing && (
            <Menu position="bottom-end" width={140}>
              <Menu.Target>
                <button type="button" className={classes.more} aria-label="What to do with this comment">
                  <IconDots size={16} />
                </button>
              </Menu.Target>
              <Menu.Dropdown>
                {mine && <Menu.Item onClick={() => setEditing(true)}>Edit</Menu.Item>}
                {mayDelete && <Menu.Item onClick={() => void remove()}>Delete</Menu.Item>}
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
        <CommentConflict comment={comment.id} />
        {editing ? (
          <EditComment name={task} comment={shown} onDone={() => setEditing(false)} />
        ) : shown.body_html ? (
          <Prose html={shown.body_html} />
        ) : (
          <p className={classes.plain}>{shown.body}</p>
        )}
      </div>
    </li>
  );
}

function EditComment({ name, comment, onDone }: { name: string; comment: CommentOut; onDone: () => void }) {
  const typing = useTyping(comment.task_id);
  const { draft, keep, drop } = useDraft(`comment-edit-${comment.id}`);
  const [refusal, setRefusal] = useState("");
  const [busy, setBusy] = useState(false);
  const text = draft?.text ?? comment.body;

  function leave() {
    drop();
    onDone();
  }

  async function save() {
    if (!text.trim() || text === comment.body) return leave();
    setBusy(true);
    try {
      await changeComment(name, comment, text, draft?.version ?? comment.version);
      leave();
    } catch (error) {
      // The conflict holds the words from here on.
      if (isConflictProblem(error)) return leave();
      setRefusal(sentenceWith(error, "What you wrote is still here."));
      setBusy(false);
    }
  }

  return (
    <div className={classes.form} data-filled>
      <textarea
        autoFocus
        className={classes.field}
        rows={2}
        aria-label="Edit the comment"
        value={text}
        onChange={(event) => {
          typing();
          keep({ text: event.currentTarget.value, version: draft?.version ?? comment.version });
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone();
          else if (submits(event)) void save();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {refusal && (
        <p className={classes.refusal} role="alert">
          {refusal}
        </p>
      )}
      <div className={classes.formFoot}>
        <Button size="xs" variant="subtle" color="gray" onClick={leave}>
          Discard
        </Button>
        <Button size="xs" loading={busy} onClick={() => void save()}>
          Save
        </Button>
      </div>
    </div>
  );
}
