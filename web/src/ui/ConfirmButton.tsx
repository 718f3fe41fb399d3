import { Button, type ButtonProps } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { Float } from "./Float";
import classes from "./ui.module.css";

interface Props extends ButtonProps {
  /** What will happen, in a sentence. */
  question: string;
  /** The word on the button that does it. */
  confirm: string;
  onConfirm: () => void | Promise<unknown>;
  children: ReactNode;
  "aria-label"?: string;
}

/** Asks once, beside the button, before doing what cannot be taken back. */
export function ConfirmButton({ question, confirm, onConfirm, children, ...button }: Props) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);

  async function yes() {
    setBusy(true);
    try {
      await onConfirm();
    } finally {
      setBusy(false);
      setOpen(false);
    }
  }

  return (
    <Float
      open={open}
      onClose={() => setOpen(false)}
      label={question}
      width={280}
      from="bottom-end"
      at={
        <Button {...button} onClick={() => setOpen(!open)}>
          {children}
        </Button>
      }
    >
      <div className={classes.confirm}>
        <p className={classes.confirmText}>{question}</p>
        <div className={classes.confirmButtons}>
          <Button variant="default" size="xs" onClick={() => setOpen(false)}>
            Keep
          </Button>
          <Button color="red" size="xs" loading={busy} onClick={() => void yes()}>
            {confirm}
          </Button>
        </div>
      </div>
    </Float>
  );
}
