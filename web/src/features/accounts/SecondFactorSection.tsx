import { Button, Modal } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { SecondFactorOut } from "@/api/types";
import { agoWords } from "@/lib/dates";
import { ErrorFace } from "@/ui/Faces";
import { IconDeviceMobile, IconKey } from "@/ui/icons";
import { Row, Rows, SettingsSection } from "@/ui/Settings";
import { RowsSkeleton } from "@/ui/Skeletons";
import { toast } from "@/ui/toast";

import { AppSetup } from "./AppSetup";
import { removeApp, renewCodes, secondFactorKey, secondFactorQuery } from "./factors";
import { ProofForm } from "./ProofForm";
import { RecoveryCodes } from "./RecoveryCodes";

type Dialog = "set-up" | "remove" | "renew" | { codes: string[] } | null;

/** What is wanted besides the password: an app's codes, with recovery codes for when it is lost. */
export function SecondFactorSection() {
  const factors = useQuery(secondFactorQuery);
  return (
    <SettingsSection
      title="Second factor"
      lead="With one, a stolen password alone signs nobody in."
    >
      {factors.isPending && <RowsSkeleton rows={2} />}
      {factors.isError && <ErrorFace error={factors.error} retry={() => void factors.refetch()} />}
      {factors.data && <Factors factors={factors.data} />}
    </SettingsSection>
  );
}

function Factors({ factors }: { factors: SecondFactorOut }) {
  const queryClient = useQueryClient();
  const [dialog, setDialog] = useState<Dialog>(null);
  const refresh = () => queryClient.invalidateQueries({ queryKey: secondFactorKey });
  const close = () => setDialog(null);
  const any = factors.app_since !== null || factors.passkeys.length > 0;
  const left = factors.recovery_codes_left;

  async function remove(proof: Parameters<typeof removeApp>[0]) {
    await removeApp(proof);
    await refresh();
    close();
    toast({ words: "The app is removed. Its codes open nothing any more." });
  }

  async function renew(proof: Parameters<typeof renewCodes>[0]) {
    const { recovery_codes } = await renewCodes(proof);
    await refresh();
    setDialog({ codes: recovery_codes ?? [] });
  }

  return (
    <>
      <Rows label="Second factor">
        <Row
          mark={<IconDeviceMobile size={18} className="hw-muted" />}
          name="Authenticator app"
          detail={factors.app_since ? `On since ${agoWords(factors.app_since)}` : "A new six-digit code every half minute"}
        >
          <Button variant="default" size="xs" onClick={() => setDialog(factors.app_since ? "remove" : "set-up")}>
            {factors.app_since ? "Remove" : "Set up"}
          </Button>
        </Row>
        {any && (
          <Row
            mark={<IconKey size={18} className="hw-muted" />}
            name="Recovery codes"
            detail={left === 0 ? "None left" : `${left} of 10 left, for when the rest is lost`}
          >
            <Button variant="default" size="xs" onClick={() => setDialog("renew")}>
              Make new ones
            </Button>
          </Row>
        )}
      </Rows>
      <Modal opened={dialog === "set-up"} onClose={close} title="Set up an app">
        <AppSetup
          onDone={(codes) => {
            void refresh();
            setDialog(codes ? { codes } : null);
          }}
        />
      </Modal>
      <Modal opened={dialog === "remove"} onClose={close} title="Remove the app">
        <ProofForm
          lead={
            factors.passkeys.length > 0
              ? "Your passkeys still work as the second step."
              : "After this your password alone signs you in, and your recovery codes end."
          }
          act="Remove"
          danger
          onProved={remove}
        />
      </Modal>
      <Modal opened={dialog === "renew"} onClose={close} title="New recovery codes">
        <ProofForm lead="The codes you have now stop working." act="Make new codes" onProved={renew} />
      </Modal>
      {/* Closed only by its button: what is in it is not shown again. */}
      <Modal
        opened={typeof dialog === "object" && dialog !== null}
        onClose={close}
        title="Keep these codes"
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
      >
        {typeof dialog === "object" && dialog !== null && <RecoveryCodes codes={dialog.codes} onDone={close} />}
      </Modal>
    </>
  );
}
