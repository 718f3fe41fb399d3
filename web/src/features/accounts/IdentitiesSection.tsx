import { Button, Modal, PasswordInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { IdentityOut } from "@/api/types";
import { agoWords } from "@/lib/dates";
import { required, useForm } from "@/lib/form";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { ErrorFace } from "@/ui/Faces";
import { FormProblem } from "@/ui/FormProblem";
import { IconLink } from "@/ui/icons";
import { FieldStack, Row, Rows, SettingsSection } from "@/ui/Settings";
import { RowsSkeleton } from "@/ui/Skeletons";
import { toastError } from "@/ui/toast";

import { goAndLink, identitiesKey, identitiesQuery, providerQuery, unlinkIdentity } from "./oidc";

/** Sign-ins elsewhere that open this account. Not there where the server has no provider and never had one. */
export function IdentitiesSection() {
  const queryClient = useQueryClient();
  const provider = useQuery(providerQuery);
  const identities = useQuery(identitiesQuery);
  const [open, setOpen] = useState(false);
  const refresh = () => queryClient.invalidateQueries({ queryKey: identitiesKey });
  const name = provider.data?.name ?? null;
  if (!name && !identities.data?.length) return null;

  return (
    <SettingsSection
      title="Linked sign-ins"
      lead={
        name
          ? `Link your ${name} account, and you sign in with it instead of your password.`
          : "This server has no sign-in provider any more, so these open nothing."
      }
      action={
        name && (
          <Button variant="default" onClick={() => setOpen(true)}>
            Link
          </Button>
        )
      }
    >
      {identities.isPending && <RowsSkeleton rows={1} />}
      {identities.isError && <ErrorFace error={identities.error} retry={() => void identities.refetch()} />}
      {identities.data?.length === 0 && <p className="hw-muted">None yet.</p>}
      <Rows label="Linked sign-ins">
        {identities.data?.map((one) => (
          <Row
            key={one.id}
            mark={<IconLink size={18} className="hw-muted" />}
            name={one.email ?? "No address told"}
            detail={detailOf(one, name)}
          >
            <ConfirmButton
              variant="default"
              size="xs"
              question={`${one.email ?? "This sign-in"} no longer opens your account here.`}
              confirm="Unlink"
              onConfirm={() => unlinkIdentity(one.id).catch(toastError).then(refresh)}
            >
              Unlink
            </ConfirmButton>
          </Row>
        ))}
      </Rows>
      <Modal opened={open} onClose={() => setOpen(false)} title={`Link ${name ?? ""}`}>
        <Link name={name ?? ""} />
      </Modal>
    </SettingsSection>
  );
}

function detailOf({ usable, issuer, created_at, last_used_at }: IdentityOut, name: string | null): string {
  const where = usable && name ? name : `${new URL(issuer).host}, not in use here any more`;
  const used = last_used_at ? `, used ${agoWords(last_used_at)}` : "";
  return `${where}, linked ${agoWords(created_at)}${used}`;
}

/** The password first: what is linked opens the account from then on. */
function Link({ name }: { name: string }) {
  const { field, problem, pending, onSubmit, form } = useForm({
    initial: { password: "" },
    check: (values) => required(values, { password: "Type your password" }),
    submit: ({ password }) => goAndLink(password),
    places: { "password.wrong": "password" },
  });
  return (
    <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
      <FieldStack>
        <p>Type your password once more. Then sign in at {name} with the account you want to link.</p>
        <FormProblem problem={problem} />
        <PasswordInput label="Your password here" autoComplete="current-password" data-autofocus {...field("password")} />
        <div>
          <Button type="submit" loading={pending}>
            Go to {name}
          </Button>
        </div>
      </FieldStack>
    </form>
  );
}
