import { Button, Modal, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { NewTokenOut } from "@/api/types";
import { agoWords } from "@/lib/dates";
import { required, useForm } from "@/lib/form";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { CopyField } from "@/ui/CopyField";
import { ErrorFace } from "@/ui/Faces";
import { FormProblem } from "@/ui/FormProblem";
import { IconKey } from "@/ui/icons";
import { FieldStack, Row, Rows, SettingsSection } from "@/ui/Settings";
import { toastError } from "@/ui/toast";

import { makeToken, revokeToken, tokensKey, tokensQuery } from "./api";

export function TokensSection() {
  const queryClient = useQueryClient();
  const tokens = useQuery(tokensQuery);
  const [open, setOpen] = useState(false);
  const refresh = () => queryClient.invalidateQueries({ queryKey: tokensKey });

  return (
    <SettingsSection
      title="API tokens"
      lead="For scripts and the command line. A token may do what you may do, until you revoke it."
      action={
        <Button variant="default" onClick={() => setOpen(true)}>
          New token
        </Button>
      }
    >
      {tokens.isError && <ErrorFace error={tokens.error} retry={() => void tokens.refetch()} />}
      {tokens.data?.length === 0 && <p className="hw-muted">None yet.</p>}
      <Rows label="API tokens">
        {tokens.data?.map((token) => (
          <Row
            key={token.id}
            mark={<IconKey size={18} className="hw-muted" />}
            name={token.name}
            detail={`Made ${agoWords(token.created_at)}, ${token.last_used_at ? `used ${agoWords(token.last_used_at)}` : "never used"}`}
          >
            <ConfirmButton
              variant="default"
              size="xs"
              question={`Whatever uses “${token.name}” stops working at once.`}
              confirm="Revoke"
              onConfirm={() => revokeToken(token.id).catch(toastError).then(refresh)}
            >
              Revoke
            </ConfirmButton>
          </Row>
        ))}
      </Rows>
      <Modal opened={open} onClose={() => setOpen(false)} title="New API token">
        <NewToken onMade={refresh} onClose={() => setOpen(false)} />
      </Modal>
    </SettingsSection>
  );
}

function NewToken({ onMade, onClose }: { onMade: () => Promise<void>; onClose: () => void }) {
  const [made, setMade] = useState<NewTokenOut | null>(null);
  const { field, problem, pending, onSubmit, form } = useForm({
    initial: { name: "" },
    check: (values) => required(values, { name: "Say what it is for, so that you know it later" }),
    submit: async ({ name }) => {
      setMade(await makeToken(name));
      await onMade();
    },
  });
  if (made)
    return (
      <FieldStack>
        <p>Copy it now. It is not kept here and cannot be shown again.</p>
        <CopyField value={made.token} label="The token" />
        <div>
          <Button onClick={onClose}>Done</Button>
        </div>
      </FieldStack>
    );
  return (
    <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
      <FieldStack>
        <FormProblem problem={problem} />
        <TextInput label="What is it for?" placeholder="Nightly report" data-autofocus {...field("name")} />
        <div>
          <Button type="submit" loading={pending}>
            Make token
          </Button>
        </div>
      </FieldStack>
    </form>
  );
}
