import { Button, Checkbox, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { NewTokenOut, Scope } from "@/api/types";
import { required, useForm } from "@/lib/form";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { CopyField } from "@/ui/CopyField";
import { ErrorFace } from "@/ui/Faces";
import { FormProblem } from "@/ui/FormProblem";
import { IconKey } from "@/ui/icons";
import { FieldStack, Row, Rows, SettingsSection } from "@/ui/Settings";
import { toastError } from "@/ui/toast";

import { meQuery, revokeToken, tokensKey, tokensQuery } from "./api";
import { hasEnded, lifetimes, makeToken, scopes, scopeWords, tokenWords } from "./tokens";
import classes from "./tokens.module.css";

export function TokensSection() {
  const queryClient = useQueryClient();
  const tokens = useQuery(tokensQuery);
  const [open, setOpen] = useState(false);
  const refresh = () => queryClient.invalidateQueries({ queryKey: tokensKey });

  return (
    <SettingsSection
      title="API tokens"
      lead="For scripts and the command line. A token does what it was made for and you may do, until it ends or you revoke it."
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
            detail={<span className={classes.detail}>{tokenWords(token)}</span>}
          >
            {hasEnded(token) && <span className={classes.ended}>Expired</span>}
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
  const me = useQuery(meQuery);
  const { values, set, errors, field, problem, pending, onSubmit, form } = useForm({
    initial: { name: "", scopes: ["read", "write"] as Scope[], days: "90" },
    check: (given) => ({
      ...required(given, { name: "Say what it is for, so that you know it later" }),
      ...(given.scopes.length === 0 ? { scopes: "Choose at least one thing that it may do" } : {}),
    }),
    submit: async ({ name, scopes: chosen, days }) => {
      setMade(await makeToken({ name, scopes: chosen, expires_in_days: days === "" ? null : Number(days) }));
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
        <fieldset className={classes.group}>
          <legend className={classes.legend}>What may it do?</legend>
          <div className={classes.scopes}>
            {scopes
              .filter((one) => one !== "admin" || me.data?.is_admin)
              .map((one) => (
                <Checkbox
                  key={one}
                  name="scopes"
                  label={scopeWords[one].name}
                  description={scopeWords[one].can}
                  checked={values.scopes.includes(one)}
                  onChange={(event) =>
                    set(
                      "scopes",
                      event.currentTarget.checked ? [...values.scopes, one] : values.scopes.filter((other) => other !== one),
                    )
                  }
                />
              ))}
          </div>
          {errors.scopes && (
            <p className={classes.problem} role="alert">
              {errors.scopes}
            </p>
          )}
        </fieldset>
        <NativeSelect
          label="When does it end?"
          data={lifetimes.map(({ days, words }) => ({ value: days === null ? "" : String(days), label: words }))}
          {...field("days")}
        />
        <div>
          <Button type="submit" loading={pending}>
            Make token
          </Button>
        </div>
      </FieldStack>
    </form>
  );
}
