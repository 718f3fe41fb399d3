import { Button, PasswordInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { required, useForm } from "@/lib/form";
import { sentenceOf } from "@/lib/problem";
import { FormProblem } from "@/ui/FormProblem";
import { FieldStack } from "@/ui/Settings";

import { askForProof, secondFactorQuery, type Proof } from "./factors";
import { answerWithPasskey, canUsePasskeys } from "./webauthn";

interface Props {
  /** What it is for, in a sentence. */
  lead: string;
  /** The word on the button. */
  act: string;
  danger?: boolean;
  onProved: (proof: Proof) => Promise<unknown>;
}

/** "Is it still you?", by the password or a passkey, before what would let somebody in or lock somebody out. */
export function ProofForm({ lead, act, danger = false, onProved }: Props) {
  const factors = useQuery(secondFactorQuery);
  const [asking, setAsking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const { field, problem, pending, onSubmit, form } = useForm({
    initial: { password: "" },
    check: (values) => (hasPassword ? required(values, { password: "Type your password" }) : {}),
    submit: ({ password }) => onProved(hasPassword ? { password } : {}),
    places: { "password.wrong": "password" },
  });
  const hasPassword = factors.data?.has_password ?? true;
  const hasPasskey = canUsePasskeys() && (factors.data?.passkeys.length ?? 0) > 0;

  async function withPasskey() {
    setAsking(true);
    setRefusal(null);
    try {
      await onProved({ passkey: await answerWithPasskey(await askForProof()) });
    } catch (error) {
      setRefusal(sentenceOf(error));
    } finally {
      setAsking(false);
    }
  }

  return (
    <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
      <FieldStack>
        <p>{lead}</p>
        <FormProblem problem={refusal ?? problem} />
        {hasPassword && (
          <PasswordInput label="Your password" autoComplete="current-password" data-autofocus {...field("password")} />
        )}
        {(hasPassword || !hasPasskey) && (
          <Button type="submit" loading={pending} {...(danger && { color: "red" })}>
            {act}
          </Button>
        )}
        {hasPasskey && (
          <Button variant="default" loading={asking} onClick={() => void withPasskey()}>
            {act} with a passkey
          </Button>
        )}
      </FieldStack>
    </form>
  );
}
