import { Button, Modal, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { NewPasskeyOptionsOut, PasskeyOut } from "@/api/types";
import { agoWords } from "@/lib/dates";
import { required, useForm } from "@/lib/form";
import { browserWords } from "@/lib/text";
import { FormProblem } from "@/ui/FormProblem";
import { IconKey } from "@/ui/icons";
import { InlineName } from "@/ui/InlineName";
import { FieldStack, Row, Rows, SettingsSection } from "@/ui/Settings";
import { toast } from "@/ui/toast";

import {
  addPasskey,
  beginPasskey,
  removePasskey,
  renamePasskey,
  secondFactorKey,
  secondFactorQuery,
  type Proof,
} from "./factors";
import classes from "./factors.module.css";
import { ProofForm } from "./ProofForm";
import { RecoveryCodes } from "./RecoveryCodes";
import { canUsePasskeys, makePasskey } from "./webauthn";

type Dialog = "add" | { remove: PasskeyOut } | { codes: string[] } | null;

/** Keys in one's devices. Not shown where neither this server nor this browser could have any. */
export function PasskeysSection() {
  const queryClient = useQueryClient();
  const factors = useQuery(secondFactorQuery);
  const [dialog, setDialog] = useState<Dialog>(null);
  if (!factors.data) return null;
  const { passkeys, passkeys_possible } = factors.data;
  const possible = passkeys_possible && canUsePasskeys();
  const close = () => setDialog(null);
  const refresh = () => queryClient.invalidateQueries({ queryKey: secondFactorKey });

  async function remove(passkey: PasskeyOut, proof: Proof) {
    await removePasskey(passkey.id, proof);
    await refresh();
    close();
    toast({ words: `“${passkey.name}” is removed. Delete it on the device as well.` });
  }

  return (
    <SettingsSection
      title="Passkeys"
      lead="Your fingerprint, face or a security key instead of the password, or after it."
      action={
        possible && (
          <Button variant="default" onClick={() => setDialog("add")}>
            New passkey
          </Button>
        )
      }
    >
      {!possible && (
        <p className="hw-muted">
          Passkeys need this server to be opened at its own https address.
        </p>
      )}
      {possible && passkeys.length === 0 && <p className="hw-muted">None yet. With one you sign in without typing.</p>}
      <Rows label="Passkeys">
        {passkeys.map((passkey) => (
          <Row
            key={passkey.id}
            mark={<IconKey size={18} className="hw-muted" />}
            name={
              <div className={classes.named}>
                <InlineName
                  label={`Name of ${passkey.name}`}
                  value={passkey.name}
                  onSave={(name) => renamePasskey(passkey.id, name).then(refresh)}
                />
              </div>
            }
            detail={`Made ${agoWords(passkey.created_at)}, ${passkey.last_used_at ? `used ${agoWords(passkey.last_used_at)}` : "never used"}`}
          >
            <Button
              variant="default"
              size="xs"
              aria-label={`Remove ${passkey.name}`}
              onClick={() => setDialog({ remove: passkey })}
            >
              Remove
            </Button>
          </Row>
        ))}
      </Rows>
      <Modal opened={dialog === "add"} onClose={close} title="New passkey">
        <NewPasskey
          onDone={(codes) => {
            void refresh();
            setDialog(codes ? { codes } : null);
          }}
        />
      </Modal>
      <Modal opened={typeof dialog === "object" && dialog !== null} onClose={close} {...frameOf(dialog)}>
        {typeof dialog === "object" && dialog !== null && "remove" in dialog && (
          <ProofForm
            lead={`“${dialog.remove.name}” opens nothing after this.`}
            act="Remove"
            danger
            onProved={(proof) => remove(dialog.remove, proof)}
          />
        )}
        {typeof dialog === "object" && dialog !== null && "codes" in dialog && (
          <RecoveryCodes codes={dialog.codes} onDone={close} />
        )}
      </Modal>
    </SettingsSection>
  );
}

/** Codes that are shown once are closed only by their button. */
function frameOf(dialog: Dialog) {
  const shown = typeof dialog === "object" && dialog !== null && "codes" in dialog;
  return {
    title: shown ? "Keep these codes" : "Remove the passkey",
    closeOnClickOutside: !shown,
    closeOnEscape: !shown,
    withCloseButton: !shown,
  };
}

/** Is it you, what is it called, then the browser's own dialog. */
function NewPasskey({ onDone }: { onDone: (codes: string[] | null) => void }) {
  const [options, setOptions] = useState<NewPasskeyOptionsOut | null>(null);
  return options ? (
    <NamePasskey options={options} onDone={onDone} />
  ) : (
    <ProofForm
      lead="First show that it is you. Then your browser asks where to keep the passkey."
      act="Continue"
      onProved={async (proof) => setOptions(await beginPasskey(proof))}
    />
  );
}

function NamePasskey({ options, onDone }: { options: NewPasskeyOptionsOut; onDone: (codes: string[] | null) => void }) {
  const { field, problem, pending, onSubmit, form } = useForm({
    initial: { name: browserWords(navigator.userAgent) },
    check: (values) => required(values, { name: "Give it a name, so that you know it later" }),
    submit: async ({ name }) => {
      const { recovery_codes } = await addPasskey({ name, ...(await makePasskey(options)) });
      toast({ words: "The passkey is ready. It signs you in from now on." });
      onDone(recovery_codes);
    },
  });
  return (
    <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
      <FieldStack>
        <FormProblem problem={problem} />
        <TextInput label="What is it called?" maxLength={100} data-autofocus {...field("name")} />
        <Button type="submit" loading={pending}>
          Make the passkey
        </Button>
      </FieldStack>
    </form>
  );
}
