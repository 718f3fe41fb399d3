import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";

import { IconCheck, IconCopy } from "@/ui/icons";

import classes from "./ui.module.css";

/** Something to take away: shown whole, selected on focus, one button to copy. */
export function CopyField({ value, label }: { value: string; label: string }) {
  const clipboard = useClipboard({ timeout: 2000 });
  return (
    <div className={classes.copy}>
      <input
        className={classes.copyText}
        readOnly
        value={value}
        aria-label={label}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        variant="default"
        leftSection={clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        onClick={() => clipboard.copy(value)}
      >
        {clipboard.copied ? "Copied" : "Copy"}
      </Button>
    </div>
  );
}
