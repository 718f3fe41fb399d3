import { Button } from "@mantine/core";
import { useState } from "react";

import { copyText } from "@/lib/insecure";
import { FieldStack } from "@/ui/Settings";

import classes from "./factors.module.css";

/** Ten codes, this once. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const [copied, setCopied] = useState(false);
  const text = `${codes.join("\n")}\n`;
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`Headway recovery codes. Each works once.\n\n${text}`)}`;
  return (
    <FieldStack>
      <p>
        Each of these signs you in once, in place of your app or passkey. Print them or put them into a password manager:
        they are not shown again.
      </p>
      <ul className={classes.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={classes.buttons}>
        <Button variant="default" onClick={() => void copyText(text).then(setCopied)}>
          {copied ? "Copied" : "Copy all"}
        </Button>
        <Button variant="default" component="a" href={file} download="headway-recovery-codes.txt">
          Save as a file
        </Button>
        <Button onClick={onDone}>I have kept them</Button>
      </div>
    </FieldStack>
  );
}
