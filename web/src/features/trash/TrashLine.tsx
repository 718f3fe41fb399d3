import { Button } from "@mantine/core";

import type { TrashItem } from "@/api/types";
import { agoWords, momentWords } from "@/lib/dates";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { HumanId } from "@/ui/HumanId";
import { IconArrowBackUp } from "@/ui/icons";
import { PersonFace } from "@/ui/People";

import classes from "./trash.module.css";
import { goneWords, withWords } from "./words";

interface Props {
  item: TrashItem;
  by: { person_id: string; name: string } | undefined;
  mayRestore: boolean;
  mayEnd: boolean;
  busy: boolean;
  /** Absent where there is no picking. */
  picked?: boolean;
  onPick?: () => void;
  onRestore: () => void;
  onEnd: () => Promise<unknown>;
}

/** One thing in the trash: what, by whom, until when, and the two ways out. */
export function TrashLine({ item, by, mayRestore, mayEnd, busy, picked, onPick, onRestore, onEnd }: Props) {
  const { kind, human_id, title, deleted_at, gone_at } = item;
  const along = withWords(item);
  const name = kind === "comment" ? `the comment on ${human_id}` : kind === "project" ? `the project ${title}` : `${human_id} ${title}`;
  return (
    <li className={classes.line} data-picked={picked || undefined}>
      {onPick && (
        <input type="checkbox" className={classes.pick} checked={picked ?? false} disabled={!mayRestore} aria-label={`Select ${name}`} onChange={onPick} />
      )}
      <span className={classes.what}>
        <span className={classes.title}>
          {kind === "comment" ? (
            <>
              <span className="hw-muted">
                Comment on <HumanId id={human_id} />
              </span>{" "}
              {title}
            </>
          ) : (
            <>
              <HumanId id={human_id} /> {title}
            </>
          )}
        </span>
        <span className={classes.facts}>
          {by && <PersonFace person={by} size={16} />}
          <span title={momentWords(deleted_at)}>
            {by ? `${by.name}, ` : "Deleted "}
            {agoWords(deleted_at)}
          </span>
          {along && <span>{along}</span>}
          <span title={gone_at ? momentWords(gone_at) : undefined} data-soon={(gone_at !== null && Date.parse(gone_at) - Date.now() < 3 * 86_400_000) || undefined}>
            {goneWords(gone_at)}
          </span>
        </span>
      </span>
      <span className={classes.ways}>
        {mayRestore && (
          <Button variant="default" size="xs" disabled={busy} leftSection={<IconArrowBackUp size={14} />} aria-label={`Restore ${name}`} onClick={onRestore}>
            Restore
          </Button>
        )}
        {mayEnd && (
          <ConfirmButton
            variant="subtle"
            size="xs"
            color="gray"
            className={classes.end ?? ""}
            disabled={busy}
            aria-label={`Delete ${name} for good`}
            question={`Delete ${name}${along ? ` ${along}` : ""} for good? Nothing brings it back, undo neither.`}
            confirm="Delete for good"
            onConfirm={onEnd}
          >
            Delete for good
          </ConfirmButton>
        )}
      </span>
    </li>
  );
}
