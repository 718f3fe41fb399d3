import { Modal } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { useAction, useActions, type Action } from "@/lib/actions";
import { Keys } from "@/ui/Keys";

import classes from "./shell.module.css";

/** The keys that work everywhere, and the sheet that lists whatever is registered right now. */
export function GlobalKeys({ slug }: { slug: string }) {
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const group = "Go";
  const go = (to: "/w/$slug/my-work" | "/w/$slug" | "/w/$slug/search") => () => void navigate({ to, params: { slug } });

  useAction({ id: "go.my-work", title: "My work", group, keys: "g m", run: go("/w/$slug/my-work") });
  useAction({ id: "go.projects", title: "Projects", group, keys: "g p", run: go("/w/$slug") });
  useAction({ id: "go.search", title: "Search", group, keys: "/", run: go("/w/$slug/search") });
  useAction({ id: "help", title: "Keyboard shortcuts", group: "Help", keys: "?", run: () => setOpen(true) });

  return (
    <Modal opened={open} onClose={() => setOpen(false)} title="Keyboard shortcuts" size="md">
      <KeySheet />
    </Modal>
  );
}

function KeySheet() {
  const groups = Map.groupBy(
    useActions().filter((action): action is Action & { keys: string } => action.keys !== undefined),
    (action) => action.group,
  );
  return [...groups].map(([group, actions]) => (
    <section key={group} className={classes.keyGroup}>
      <h3 className={classes.keyGroupName}>{group}</h3>
      {actions.map((action) => (
        <div key={action.id} className={classes.keyRow}>
          <span>{action.title}</span>
          <Keys keys={action.keys} />
        </div>
      ))}
    </section>
  ));
}
