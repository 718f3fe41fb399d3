import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { TrashItem, WorkspaceOut } from "@/api/types";
import { plural } from "@/lib/text";
import { IconChevronDown } from "@/ui/icons";
import { toast, toastError } from "@/ui/toast";

import { deletedProjectsKey, deletedProjectsQuery, endForGood, restore } from "./api";
import classes from "./trash.module.css";
import { TrashLine } from "./TrashLine";
import { backWords, keptWords } from "./words";

/** Below the projects: those that were deleted and that I might bring back. Nothing where there are none. */
export function DeletedProjects({ workspace }: { workspace: WorkspaceOut }) {
  const client = useQueryClient();
  const trash = useQuery(deletedProjectsQuery(workspace.id));
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);

  async function settle(doing: Promise<unknown>, words: string) {
    setBusy(true);
    try {
      await doing;
      toast({ words });
    } catch (error) {
      toastError(error, "It is still in the trash.");
    }
    setBusy(false);
    // The list of projects hears of it by the stream.
    await client.invalidateQueries({ queryKey: deletedProjectsKey(workspace.id) });
  }

  const items = trash.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className={classes.deleted} aria-label="Deleted projects">
      <button type="button" className={classes.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronDown size={14} />
        {plural(items.length, "deleted project", "deleted projects")}
      </button>
      {open && (
        <>
          <p className={classes.foldLead}>{keptWords(trash.data?.days ?? 30)}</p>
          <ul className={classes.lines}>
            {items.map((item: TrashItem) => (
              <TrashLine
                key={item.id}
                item={item}
                by={trash.data?.people.find((person) => person.person_id === item.deleted_by)}
                mayRestore
                mayEnd
                busy={busy}
                onRestore={() => void settle(restore(item), backWords([item]))}
                onEnd={() => settle(endForGood(item), `“${item.title}” is gone for good.`)}
              />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
