import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";

import type { MeOut } from "@/api/types";
import { isProblem, sentenceOf } from "@/lib/problem";
import { FormProblem } from "@/ui/FormProblem";
import { IconKey } from "@/ui/icons";

import { askPasskey, signInWithPasskey } from "./factors";
import { answerWithPasskey } from "./webauthn";

interface Props {
  /** None: the passkey alone signs in. */
  ticket: string | null;
  primary?: boolean;
  onEntered: (me: MeOut) => Promise<void>;
  onBack?: (sentence: string | null) => void;
  children: ReactNode;
}

/** Has the browser ask the device, and the server check what it answers. */
export function PasskeyButton({ ticket, primary = false, onEntered, onBack, children }: Props) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function go() {
    setBusy(true);
    setProblem(null);
    try {
      await onEntered(await signInWithPasskey(ticket, await answerWithPasskey(await askPasskey(ticket))));
    } catch (error) {
      if (onBack && isProblem(error, "ticket")) return onBack(error.detail);
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <FormProblem problem={problem} />
      <Button
        variant={primary ? "filled" : "default"}
        leftSection={<IconKey size={16} />}
        loading={busy}
        autoFocus={primary}
        onClick={() => void go()}
      >
        {children}
      </Button>
    </>
  );
}
