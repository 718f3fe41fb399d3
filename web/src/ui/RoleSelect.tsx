import { Menu } from "@mantine/core";

import { IconCheck, IconChevronDown } from "./icons";
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
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <button type="button" className={classes.role} aria-label={`${label}: ${words[role].name}`}>
          {words[role].name}
          <IconChevronDown size={14} className="hw-muted" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {roles.map((one) => (
          <Menu.Item
            key={one}
            onClick={() => one !== role && onChange(one)}
            rightSection={one === role ? <IconCheck size={14} aria-label="Present role" /> : undefined}
          >
            <span className={classes.roleName}>{words[one].name}</span>
            <span className={classes.roleCan}>{words[one].can}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
