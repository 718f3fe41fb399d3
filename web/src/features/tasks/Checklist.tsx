import { Checkbox } from "@mantine/core";
import { useRef, useState, type KeyboardEvent } from "react";

import { newId } from "@/lib/insecure";
import { movedBy, type ChecklistChange, type Step } from "@/lib/steps";
import { IconPlus, IconX } from "@/ui/icons";

import classes from "./sheet.module.css";

interface Props {
  steps: readonly Step[];
  mayEdit: boolean;
  onChange: (change: ChecklistChange) => void;
}

/** Small steps: ticked, put in order and written where they stand. Enter adds one behind, Alt and an arrow move it. */
export function Checklist({ steps, mayEdit, onChange }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const done = steps.filter((step) => step.done).length;
  if (steps.length === 0 && !mayEdit) return null;

  const field = (place: number) => list.current?.querySelectorAll<HTMLInputElement>("input[type=text]")[place];

  function onKey(event: KeyboardEvent<HTMLInputElement>, step: Step, place: number) {
    const way = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (way !== 0 && event.altKey) {
      const move = movedBy(steps, step.id, way);
      if (move) onChange(move);
    } else if (way !== 0) (field(place + way) ?? list.current?.parentElement?.querySelector<HTMLInputElement>("form input"))?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <section className={classes.section} aria-label="Checklist">
      <h3 className={classes.sectionName}>
        Checklist
        {steps.length > 0 && (
          <span className={classes.sectionCount}>
            {done}/{steps.length}
          </span>
        )}
      </h3>
      <ul ref={list} className={classes.subTasks}>
        {steps.map((step, place) => (
          <li key={step.id} className={classes.step}>
            <Checkbox
              size="xs"
              checked={step.done}
              disabled={!mayEdit}
              aria-label={step.text}
              onChange={(event) => onChange({ change: [{ id: step.id, done: event.currentTarget.checked }] })}
            />
            <StepText
              step={step}
              mayEdit={mayEdit}
              onSave={(text) => onChange(text ? { change: [{ id: step.id, text }] } : { remove: [step.id] })}
              onKey={(event) => onKey(event, step, place)}
            />
            {mayEdit && (
              <button
                type="button"
                className={classes.stepRemove}
                aria-label={`Remove ${step.text}`}
                onClick={() => {
                  onChange({ remove: [step.id] });
                  field(Math.max(0, place - 1))?.focus();
                }}
              >
                <IconX size={14} />
              </button>
            )}
          </li>
        ))}
      </ul>
      {mayEdit && <AddStep onAdd={(texts) => onChange({ add: texts.map((text) => ({ id: newId(), text })) })} />}
    </section>
  );
}

interface TextProps {
  step: Step;
  mayEdit: boolean;
  onSave: (text: string) => void;
  onKey: (event: KeyboardEvent<HTMLInputElement>) => void;
}

function StepText({ step, mayEdit, onSave, onKey }: TextProps) {
  // What I am writing stays mine, whatever others make of the step meanwhile.
  const [draft, setDraft] = useState<string | null>(null);

  function save() {
    if (draft !== null && draft.trim() !== step.text) onSave(draft.trim());
    setDraft(null);
  }

  return (
    <input
      type="text"
      className={classes.stepText}
      data-done={step.done || undefined}
      aria-label={`Step: ${step.text}`}
      readOnly={!mayEdit}
      maxLength={500}
      value={draft ?? step.text}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") event.currentTarget.blur();
        else if (event.key === "Escape" && draft !== null) {
          setDraft(null);
          event.stopPropagation();
        } else return onKey(event);
        return event.preventDefault();
      }}
    />
  );
}

/** Several lines that are pasted become several steps. */
function AddStep({ onAdd }: { onAdd: (texts: string[]) => void }) {
  const [text, setText] = useState("");

  function add(lines: string) {
    const texts = lines.split(/\r?\n/).map((line) => line.replace(/^\s*(?:[-*]\s+)?(?:\[[ xX]?\]\s+)?/, "").trim().slice(0, 500)).filter(Boolean);
    if (texts.length > 0) onAdd(texts);
    setText("");
  }

  return (
    <form
      className={classes.addSubTask}
      onSubmit={(event) => {
        event.preventDefault();
        add(text);
      }}
    >
      <IconPlus size={14} />
      <input
        className={classes.addSubTaskText}
        aria-label="Add a step"
        placeholder="Add a step"
        maxLength={500}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData("text");
          if (!/\n./.test(pasted)) return;
          event.preventDefault();
          add(text + pasted);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.blur();
        }}
      />
    </form>
  );
}
