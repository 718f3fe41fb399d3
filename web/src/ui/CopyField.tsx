import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";

import { copyText } from "@/lib/insecure";

import { IconCheck, IconCopy } from "./icons";
import classes from "./ui.module.css";

/** Something to take away: shown whole, selected on focus, one button to copy. */
export function CopyField({ value, label }: { value: string; label: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    const done = await copyText(value);
    setCopied(done);
    // Where the browser refuses, Ctrl C is one key away.
    if (!done) field.current?.select();
  }

  return (
    <div className={classes.copy}>
      <input
        ref={field}
        className={classes.copyText}
        readOnly
        value={value}
        aria-label={label}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        variant="default"
        leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        onClick={() => void copy()}
      >
        {copied ? "Copied" : "Copy"}
      </Button>
    </div>
  );
}
