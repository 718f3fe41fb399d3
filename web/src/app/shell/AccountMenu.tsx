import { Menu, useMantineColorScheme } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { MeOut } from "@/api/types";
import { signOut } from "@/features/accounts/api";
import { runAction } from "@/lib/actions";
import { IconDeviceDesktop, IconKeyboard, IconLogout, IconMoon, IconSun, IconUser } from "@/ui/icons";
import { notifyProblem } from "@/ui/notify";
import { PersonFace } from "@/ui/People";

import classes from "./shell.module.css";

const schemes = {
  auto: { words: "System", icon: IconDeviceDesktop, next: "dark" },
  dark: { words: "Dark", icon: IconMoon, next: "light" },
  light: { words: "Light", icon: IconSun, next: "auto" },
} as const;

export function AccountMenu({ me, narrow = false }: { me: MeOut; narrow?: boolean }) {
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <button type="button" className={classes.account} aria-label={`Account of ${me.name}`}>
          <PersonFace person={{ person_id: me.id, name: me.name }} size={22} />
          {!narrow && <span className={classes.navName}>{me.name}</span>}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <AccountItems me={me} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** My page, the colours, the keys, the way out. */
export function AccountItems({ me }: { me: MeOut }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = useMutation({
    mutationFn: signOut,
    onError: notifyProblem,
    // A fresh page: nothing of what I saw stays in this tab's memory.
    onSuccess: () => location.assign("/sign-in"),
  });
  const scheme = schemes[colorScheme];
  const SchemeIcon = scheme.icon;
  return (
    <>
      <Menu.Label>{me.email}</Menu.Label>
      <Menu.Item renderRoot={(props) => <Link to="/account" {...props} />} leftSection={<IconUser size={14} />}>
        Account
      </Menu.Item>
      <Menu.Item
        leftSection={<SchemeIcon size={14} />}
        closeMenuOnClick={false}
        onClick={() => setColorScheme(scheme.next)}
        rightSection={<span className={classes.menuHint}>{scheme.words}</span>}
      >
        Colours
      </Menu.Item>
      <Menu.Item leftSection={<IconKeyboard size={14} />} onClick={() => runAction("help")}>
        Keyboard
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item leftSection={<IconLogout size={14} />} onClick={() => leave.mutate()}>
        Sign out
      </Menu.Item>
    </>
  );
}
