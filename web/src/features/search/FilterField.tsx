import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";

import { IconSearch } from "@/ui/icons";

import { completionsQuery } from "./api";
import { characters, completed } from "./completing";
import classes from "./search.module.css";

interface Props {
  field: RefObject<HTMLInputElement | null>;
  workspace: string;
  text: string;
  onText: (text: string) => void;
  /** Enter or the arrow down, where neither is for a completion. */
  onLeave: () => void;
  count: ReactNode;
}

/** Where a filter is written: fields and their values are offered where the cursor is. */
export function FilterField({ field, workspace, text, onText, onLeave, count }: Props) {
  const id = useId();
  const [cursor, setCursor] = useState(text.length);
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState(false);
  const next = useRef<number | null>(null);
  const at = characters(text, cursor);
  // One object for as long as it says the same: a new one would be waited for again, and again.
  const [asked] = useDebouncedValue(useMemo(() => ({ text, at }), [text, at]), 80);
  const completions = useQuery({
    ...completionsQuery(workspace, asked.text, asked.at),
    enabled: open && workspace !== "" && asked.text !== "",
    placeholderData: keepPreviousData,
  });
  const fresh = asked.text === text && asked.at === at && !completions.isPlaceholderData ? completions.data : undefined;
  const items = open && fresh ? fresh.items : [];

  // The cursor goes behind what was put in, once that is there.
  useLayoutEffect(() => {
    if (next.current === null) return;
    field.current?.setSelectionRange(next.current, next.current);
    next.current = null;
  }, [text, field]);

  function write(to: string, at: number) {
    onText(to);
    setCursor(at);
    setActive(-1);
    setOpen(true);
  }

  function pick(place: number) {
    const item = items[place];
    if (!item || !fresh) return;
    const [to, at] = completed(text, fresh, item);
    next.current = at;
    write(to, at);
  }

  function onKey(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing) return;
    if (items.length > 0) {
      if (event.key === "ArrowDown") setActive((active + 1) % items.length);
      else if (event.key === "ArrowUp") setActive(active <= 0 ? items.length - 1 : active - 1);
      else if (event.key === "Tab" && !event.shiftKey) pick(Math.max(0, active));
      else if (event.key === "Enter" && active >= 0) pick(active);
      else if (event.key === "Enter") leave();
      else if (event.key === "Escape") setOpen(false);
      else return;
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      leave();
    } else if (event.key === "Escape" && text === "") event.currentTarget.blur();
  }

  function leave() {
    setOpen(false);
    onLeave();
  }

  return (
    <div className={classes.place}>
      <label className={classes.field}>
        <IconSearch size={16} />
        <span className="hw-hidden">Filter</span>
        <input
          ref={field}
          autoFocus
          type="search"
          role="combobox"
          aria-expanded={items.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 && items.length > 0 ? `${id}-${active}` : undefined}
          autoComplete="off"
          spellCheck={false}
          className={classes.text}
          placeholder="Words, an id such as HW-42, or assignee:me due<7d"
          maxLength={500}
          value={text}
          onChange={(event) => write(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
          onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKey}
        />
        <span className={classes.count} role="status">
          {count}
        </span>
      </label>
      <ul id={`${id}-list`} role="listbox" aria-label="What could be written here" className={classes.offered} hidden={items.length === 0}>
        {items.map((item, place) => (
          // The keyboard is the field's: it moves through them and picks.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={`${item.what} ${item.text}`}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === active}
            tabIndex={-1}
            className={classes.offer}
            data-active={place === active || undefined}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => pick(place)}
          >
            <span className={classes.offerText}>{item.text}</span>
            <span className={classes.offerWhat}>{item.what}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
