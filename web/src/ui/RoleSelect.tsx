import { useState } from "react";

import { Float } from "./Float";
import { IconCheck, IconChevronDown } from "./icons";
import { Item, Items } from "./Items";
import classes from "./settings.module.css";

interface Props<R extends string> {
  label: string;
  role: R;
  roles: readonly R[];
  words: Record<R, { name: string; can: string }>;
  onChange: (role: R) => void;
}

/** A role and, on opening, what each of them may do. */
export function RoleSelect<R extends string>({ label, role, roles, words, onChange }: Props<R>) {
  const [open, setOpen] = useState(false);

  function pick(next: R) {
    setOpen(false);
    if (next !== role) onChange(next);
  }

  return (
    <Float
      open={open}
      onClose={() => setOpen(false)}
      role="menu"
      label={label}
      width={270}
      from="bottom-end"
      at={
        <button
          type="button"
          className={classes.role}
          aria-label={`${label}: ${words[role].name}`}
          onClick={() => setOpen(!open)}
        >
          {words[role].name}
          <IconChevronDown size={14} className="hw-muted" />
        </button>
      }
    >
      <Items>
        {roles.map((one) => (
          <Item
            key={one}
            name={
              <>
                <span className={classes.roleName}>{words[one].name}</span>
                <span className={classes.roleCan}>{words[one].can}</span>
              </>
            }
            hint={one === role ? <IconCheck size={14} aria-label="Present role" /> : undefined}
            onClick={() => pick(one)}
          />
        ))}
      </Items>
    </Float>
  );
}
