import { Modal } from "@mantine/core";

import { useActions, type Action } from "@/lib/actions";
import { Keys } from "@/ui/Keys";

import classes from "./shell.module.css";

/** Every key that does something here and now. */
export function KeySheet({ onClose }: { onClose: () => void }) {
  const groups = new Map<string, (Action & { keys: string })[]>();
  for (const action of useActions()) {
    if (action.keys === undefined) continue;
    groups.set(action.group, [...(groups.get(action.group) ?? []), { ...action, keys: action.keys }]);
  }
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts">
      {[...groups].map(([group, actions]) => (
        <section key={group} className={classes.keyGroup}>
          <h3 className={classes.keyGroupName}>{group}</h3>
          {actions.map((action) => (
            <div key={action.id} className={classes.keyRow}>
              <span>{action.title}</span>
              <Keys keys={action.keys} />
            </div>
          ))}
        </section>
      ))}
    </Modal>
  );
}
