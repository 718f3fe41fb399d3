import { Button } from "@mantine/core";
import { useState, type MouseEvent } from "react";

import type { TaskOut } from "@/api/types";
import { useTyping } from "@/features/presence/here";
import { useAction } from "@/lib/actions";
import { Prose } from "@/ui/Prose";

import { useEdit } from "./edits";
import classes from "./sheet.module.css";

interface Props {
  task: TaskOut;
  mayEdit: boolean;
}

/** Reads as what it means, edits as Markdown. What is not saved yet outlives the page. */
export function Description({ task, mayEdit }: Props) {
  const { text, isDraft, write, save, drop, refusal, saving } = useEdit(task, "description");
  const typing = useTyping(task.id);
  const [editing, setEditing] = useState(false);
  useAction({
    id: "task.description",
    title: "Edit the description",
    group: "Task",
    keys: "e",
    enabled: mayEdit && !editing,
    run: () => setEditing(true),
  });

  function onClick(event: MouseEvent) {
    const elsewhere = (event.target as Element).closest("a, summary, input") || !getSelection()?.isCollapsed;
    if (mayEdit && !elsewhere) setEditing(true);
  }

  async function done() {
    setEditing(false);
    if (!(await save())) setEditing(true);
  }

  if (editing)
    return (
      <div className={classes.editor}>
        <textarea
          autoFocus
          className={classes.editorText}
          aria-label="Description"
          placeholder="What is it about? Markdown works."
          rows={5}
          maxLength={100_000}
          value={text}
          onChange={(event) => {
            typing();
            write(event.currentTarget.value);
          }}
          onFocus={(event) => event.currentTarget.setSelectionRange(text.length, text.length)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setEditing(false);
            else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void done();
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
        <div className={classes.editorFoot}>
          <span className={classes.hint}>Markdown works. Ctrl Enter saves, Esc keeps a draft.</span>
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            onClick={() => {
              drop();
              setEditing(false);
            }}
          >
            Discard
          </Button>
          <Button size="xs" loading={saving} onClick={() => void done()}>
            Save
          </Button>
        </div>
      </div>
    );

  const kept = isDraft && !saving && text !== task.description;
  return (
    <>
      {kept && (
        <div className={classes.notice}>
          <span>We kept your draft.</span>
          <button type="button" className={classes.textButton} onClick={() => setEditing(true)}>
            Go on writing
          </button>
          <button type="button" className={classes.textButton} onClick={drop}>
            Discard
          </button>
        </div>
      )}
      {task.description.trim() === "" ? (
        mayEdit && (
          <button type="button" className={classes.addText} onClick={() => setEditing(true)}>
            Add a description
          </button>
        )
      ) : (
        // The button beside it is the keyboard's way; a click anywhere in the text is only the short one.
        // eslint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events
        <div className={classes.description} data-editable={mayEdit || undefined} onClick={onClick}>
          {task.description_html ? <Prose html={task.description_html} /> : <p className={classes.raw}>{task.description}</p>}
          {mayEdit && (
            <button type="button" className={classes.editButton}>
              Edit
            </button>
          )}
        </div>
      )}
    </>
  );
}
