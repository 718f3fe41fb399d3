import { Button, Menu } from "@mantine/core";
import { useState } from "react";

import type { CommentOut, PersonOut } from "@/api/types";
import { commentHistory } from "@/features/history/api";
import type { Known } from "@/features/history/names";
import { ThingHistory } from "@/features/history/ThingHistory";
import { offerUndo } from "@/features/history/undo";
import { CommentConflict } from "@/features/outbox/CommentConflict";
import { NotSaved } from "@/features/outbox/WaitingChip";
import { useTyping } from "@/features/presence/here";
import { agoWords, momentWords } from "@/lib/dates";
import { useDraft } from "@/lib/drafts";
import { isConflictProblem, sentenceWith } from "@/lib/problem";
import { IconDots } from "@/ui/icons";
import { PersonFace } from "@/ui/People";
import { Prose } from "@/ui/Prose";
import { toast, toastError } from "@/ui/toast";

import { changeComment, removeComment } from "./api";
import classes from "./comments.module.css";
import { submits } from "./submits";

interface CommentProps {
  name: string;
  comment: CommentOut;
  /** With what waits laid over it. */
  shown: CommentOut;
  author: PersonOut | undefined;
  me: string;
  mayDelete: boolean;
  known: Known;
}

/** What somebody said, with what one may do about it. */
export function Comment({ name: task, comment, shown, author, me, mayDelete, known }: CommentProps) {
  const [editing, setEditing] = useState(false);
  const [versions, setVersions] = useState(false);
  const mine = comment.author_id === me;
  const name = author?.name ?? "Somebody who left";

  async function remove() {
    try {
      const answer = await removeComment(task, comment);
      if (answer) offerUndo("The comment was deleted.", answer.change ?? null);
      else toast({ words: "The comment will be deleted when the connection returns." });
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
            <button
              type="button"
              className={classes.edited}
              title={momentWords(comment.updated_at)}
              aria-expanded={versions}
              aria-label="Edited: show what changed"
              onClick={() => setVersions(!versions)}
            >
              edited
            </button>
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
        {versions && (
          <ThingHistory
            source={commentHistory(comment.project_id, comment.id)}
            about={comment.id}
            known={known}
            me={me}
            mayUndo={mine}
            label="What changed in this comment"
          />
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
