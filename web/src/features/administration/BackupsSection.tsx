import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { BackupOut, BackupsOut } from "@/api/types";
import { momentWords } from "@/lib/dates";
import { EmptyFace, ErrorFace } from "@/ui/Faces";
import { IconAlertCircle, IconCheck, IconDatabase, IconLoader, IconX } from "@/ui/icons";
import { Row, Rows, SettingsSection } from "@/ui/Settings";
import { RowsSkeleton } from "@/ui/Skeletons";
import { toast, toastError } from "@/ui/toast";

import { backupsKey, backupsQuery, detailWords, planWords, standingWords, startBackup, stateWords } from "./backups";
import classes from "./backups.module.css";

/** The backups of this server, and whether restoring them works; for who runs it. */
export function BackupsSection() {
  const backups = useQuery(backupsQuery);
  if (backups.isPending)
    return (
      <SettingsSection title="Backups">
        <RowsSkeleton rows={3} />
      </SettingsSection>
    );
  if (backups.isError && !backups.data)
    return (
      <SettingsSection title="Backups">
        <ErrorFace error={backups.error} retry={() => void backups.refetch()} />
      </SettingsSection>
    );
  const { items, warning, folder } = backups.data;
  return (
    <SettingsSection
      title="Backups"
      lead={planWords(backups.data)}
      action={folder !== null && <StartButton backups={backups.data} />}
    >
      <p className={classes.tried} data-warning={warning !== null || undefined}>
        {warning === null ? <IconCheck size={16} /> : <IconAlertCircle size={16} />}
        <span>{standingWords(backups.data)}</span>
      </p>
      {items.length === 0 ? (
        <EmptyFace title="No backups yet" icon={<IconDatabase size={28} stroke={1.5} />}>
          On this machine, <code className={classes.command}>headway backup FILE --try</code> makes one while people go on working.
        </EmptyFace>
      ) : (
        <Rows label="Backups">
          {items.map((backup) => (
            <BackupRow key={backup.id} backup={backup} />
          ))}
        </Rows>
      )}
    </SettingsSection>
  );
}

function StartButton({ backups }: { backups: BackupsOut }) {
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: startBackup,
    onSuccess: (now) => {
      client.setQueryData(backupsKey, now);
      toast({ words: "A backup is being made. You can go on working." });
    },
    onError: async (error) => {
      toastError(error);
      await client.invalidateQueries({ queryKey: backupsKey });
    },
  });
  return (
    <Button
      variant="default"
      className={classes.start}
      loading={start.isPending}
      disabled={backups.running}
      onClick={() => start.mutate()}
    >
      {backups.running ? "Under way …" : "Back up now"}
    </Button>
  );
}

const marks = { running: IconLoader, good: IconCheck, untried: IconDatabase, failed: IconX, cut_off: IconX };

function BackupRow({ backup }: { backup: BackupOut }) {
  const Mark = marks[backup.state];
  return (
    <Row
      mark={<Mark size={18} className={classes.mark} data-state={backup.state} />}
      name={momentWords(backup.at)}
      detail={
        <span className={classes.detail} title={backup.file}>
          {detailWords(backup)}
        </span>
      }
    >
      <span className={classes.state} data-state={backup.state}>
        {stateWords[backup.state]}
      </span>
    </Row>
  );
}
