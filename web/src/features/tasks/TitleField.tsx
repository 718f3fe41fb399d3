import type { TaskOut } from "@/api/types";

import { useEdit } from "./edits";
import classes from "./sheet.module.css";

interface Props {
  task: TaskOut;
  mayEdit: boolean;
}

/** The title, edited where it reads: Enter or leaving saves, Escape takes back. */
export function TitleField({ task, mayEdit }: Props) {
  const { text, write, save, drop, refusal } = useEdit(task, "title");
  if (!mayEdit) return <h2 className={classes.title}>{task.title}</h2>;
  return (
    <>
      <h2 className="hw-hidden">{task.title}</h2>
      <textarea
        className={classes.title}
        aria-label="Title"
        rows={1}
        maxLength={500}
        value={text}
        onChange={(event) => write(event.currentTarget.value.replace(/[\r\n]+/g, " "))}
        onBlur={() => {
          if (text.trim() === "") drop();
          else void save(text.trim());
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape") drop();
          else if (event.key !== "Enter") return;
          event.preventDefault();
          event.stopPropagation();
          // Leaving saves what is there after this render.
          const field = event.currentTarget;
          requestAnimationFrame(() => field.blur());
        }}
      />
      {refusal && (
        <p className={classes.refusal} role="alert">
          {refusal}{" "}
          <button type="button" className={classes.textButton} onClick={() => void save()}>
            Try again
          </button>
        </p>
      )}
    </>
  );
}
