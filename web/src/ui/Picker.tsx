import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

import { plain } from "@/lib/text";

import { IconCheck, IconPlus } from "./icons";
import classes from "./ui.module.css";

export interface Choice {
  value: string;
  name: string;
  icon?: ReactNode;
  hint?: ReactNode;
  /** Choices of one group stand together under its name. */
  group?: string;
}

interface Props {
  label: string;
  choices: readonly Choice[];
  selected?: readonly string[];
  /** Several may be picked, and the menu stays open. */
  several?: boolean;
  onPick: (value: string) => void;
  /** Makes a new one of what was typed. */
  onCreate?: ((name: string) => void) | undefined;
  empty?: string;
  onClose: () => void;
}

// More than anybody scrolls through; typing finds the rest.
const MOST = 100;

/** A small menu with a search: type, arrow, Enter. */
export function Picker({ label, choices, selected = [], several = false, onPick, onCreate, empty, onClose }: Props) {
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const [text, setText] = useState("");
  const [active, setActive] = useState(() => Math.max(0, choices.findIndex((one) => one.value === selected[0])));
  const wanted = plain(text.trim());
  const found = (wanted ? choices.filter((one) => plain(one.name).includes(wanted)) : choices).slice(0, MOST);
  const creates = onCreate !== undefined && wanted !== "" && !choices.some((one) => plain(one.name) === wanted);
  const count = found.length + (creates ? 1 : 0);
  const current = Math.min(active, Math.max(0, count - 1));

  function pick(place: number) {
    const choice = found[place];
    if (choice) onPick(choice.value);
    else if (creates) onCreate?.(text.trim());
    if (several) setText("");
    else onClose();
  }

  function move(to: number) {
    const next = (to + count) % Math.max(1, count);
    setActive(next);
    list.current?.querySelector(`[data-place="${next}"]`)?.scrollIntoView({ block: "nearest" });
  }

  function onKey(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") move(current + 1);
    else if (event.key === "ArrowUp") move(current - 1);
    else if (event.key === "Enter" && count > 0) pick(current);
    else if (event.key === "Escape" || event.key === "Tab") onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className={classes.pick}>
      <input
        className={classes.pickSearch}
        role="combobox"
        aria-label={label}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={count > 0 ? `${id}-${current}` : undefined}
        aria-autocomplete="list"
        placeholder={label}
        autoComplete="off"
        data-autofocus
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKey}
      />
      <ul ref={list} id={`${id}-list`} role="listbox" aria-label={label} aria-multiselectable={several} className={classes.pickList}>
        {found.map((choice, place) => (
          <Option
            key={choice.value}
            id={`${id}-${place}`}
            place={place}
            choice={choice}
            heading={choice.group !== found[place - 1]?.group ? choice.group : undefined}
            active={place === current}
            checked={selected.includes(choice.value)}
            onHover={() => setActive(place)}
            onPick={() => pick(place)}
          />
        ))}
        {creates && (
          <Option
            id={`${id}-${found.length}`}
            place={found.length}
            choice={{ value: "", name: `Create “${text.trim()}”`, icon: <IconPlus size={14} /> }}
            active={current === found.length}
            checked={false}
            onHover={() => setActive(found.length)}
            onPick={() => pick(found.length)}
          />
        )}
        {count === 0 && <li className={classes.pickNone}>{wanted ? "Nothing by that name." : (empty ?? "Nothing here yet.")}</li>}
      </ul>
    </div>
  );
}

interface OptionProps {
  id: string;
  place: number;
  choice: Choice;
  heading?: string | undefined;
  active: boolean;
  checked: boolean;
  onHover: () => void;
  onPick: () => void;
}

function Option({ id, place, choice, heading, active, checked, onHover, onPick }: OptionProps) {
  return (
    <>
      {heading && (
        <li role="presentation" className={classes.pickGroup}>
          {heading}
        </li>
      )}
      {/* The keyboard is the search field's: it moves through the options and picks. */}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events */}
      <li
        id={id}
        role="option"
        aria-selected={checked}
        tabIndex={-1}
        className={classes.pickOption}
        data-place={place}
        data-active={active || undefined}
        onPointerMove={active ? undefined : onHover}
        onMouseDown={(event) => event.preventDefault()}
        onClick={onPick}
      >
        {choice.icon}
        <span className={classes.pickName}>{choice.name}</span>
        {choice.hint !== undefined && <span className={classes.pickHint}>{choice.hint}</span>}
        <span className={classes.pickCheck}>{checked && <IconCheck size={14} aria-hidden />}</span>
      </li>
    </>
  );
}
