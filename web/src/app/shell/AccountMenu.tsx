import { useMantineColorScheme } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import type { MeOut } from "@/api/types";
import { signOut } from "@/features/accounts/api";
import { runAction, useActions } from "@/lib/actions";
import { Float } from "@/ui/Float";
import { IconArrowBackUp, IconDeviceDesktop, IconFlask, IconKeyboard, IconLogout, IconMoon, IconServer2, IconSun, IconUser } from "@/ui/icons";
import { Item, Items, ItemsLabel, ItemsLine } from "@/ui/Items";
import { PersonFace } from "@/ui/People";
import { toastError } from "@/ui/toast";

import classes from "./shell.module.css";

const schemes = {
  auto: { words: "System", icon: IconDeviceDesktop, next: "dark" },
  dark: { words: "Dark", icon: IconMoon, next: "light" },
  light: { words: "Light", icon: IconSun, next: "auto" },
} as const;

export function AccountMenu({ me }: { me: MeOut }) {
  const [open, setOpen] = useState(false);
  return (
    <Float
      open={open}
      onClose={() => setOpen(false)}
      role="menu"
      label="Account"
      from="top-start"
      width={220}
      at={
        <button
          type="button"
          className={classes.account}
          aria-label={`Account of ${me.name}`}
          onClick={() => setOpen(!open)}
        >
          <PersonFace person={{ person_id: me.id, name: me.name }} size={22} />
          <span className={classes.navName}>{me.name}</span>
        </button>
      }
    >
      <Items>
        <AccountItems me={me} onClose={() => setOpen(false)} />
      </Items>
    </Float>
  );
}

/** My page, the colours, the keys, the way out. */
export function AccountItems({ me, onClose }: { me: MeOut; onClose: () => void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  // Only within a workspace.
  const mayUndo = useActions().some((action) => action.id === "undo");
  const leave = useMutation({
    mutationFn: signOut,
    onError: (error) => toastError(error),
    // A fresh page: nothing of what I saw stays in this tab's memory.
    onSuccess: () => location.assign("/sign-in"),
  });
  const scheme = schemes[colorScheme];
  const SchemeIcon = scheme.icon;
  return (
    <>
      <ItemsLabel>{me.email}</ItemsLabel>
      <Item name="Account" icon={<IconUser size={14} />} link={{ to: "/account" }} onClick={onClose} />
      {me.is_admin && (
        <Item
          name="Administration"
          icon={<IconServer2 size={14} />}
          link={{ to: "/administration" }}
          onClick={onClose}
        />
      )}
      {me.is_admin && <Item name="Lab" icon={<IconFlask size={14} />} link={{ to: "/lab" }} onClick={onClose} />}
      <Item
        name="Colours"
        icon={<SchemeIcon size={14} />}
        hint={scheme.words}
        onClick={() => setColorScheme(scheme.next)}
      />
      {mayUndo && (
        <Item
          name="Undo my last change"
          icon={<IconArrowBackUp size={14} />}
          onClick={() => {
            onClose();
            runAction("undo");
          }}
        />
      )}
      <Item
        name="Keyboard"
        icon={<IconKeyboard size={14} />}
        onClick={() => {
          onClose();
          runAction("help");
        }}
      />
      <ItemsLine />
      <Item name="Sign out" icon={<IconLogout size={14} />} onClick={() => leave.mutate()} />
    </>
  );
}
