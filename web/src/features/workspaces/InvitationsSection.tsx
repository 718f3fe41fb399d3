import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import type { InvitationOut, WorkspaceOut, WorkspaceRole } from "@/api/types";
import { setupQuery } from "@/features/accounts/api";
import { agoWords, dayWords } from "@/lib/dates";
import { required, useForm } from "@/lib/form";
import { workspaceRoleWords } from "@/lib/words";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { CopyField } from "@/ui/CopyField";
import { FormProblem } from "@/ui/FormProblem";
import { IconMailForward } from "@/ui/icons";
import { RoleSelect } from "@/ui/RoleSelect";
import { Row, Rows, SettingsSection } from "@/ui/Settings";
import { toast, toastError } from "@/ui/toast";

import { invitationsKey, invitationsQuery, invite, resendInvitation, revokeInvitation } from "./api";
import classes from "./workspaces.module.css";

const roles: readonly WorkspaceRole[] = ["admin", "member", "viewer"];

/** By mail to one address, or as a link that is shown when it is made and never again. Either lets one person in. */
export function InvitationsSection({ workspace }: { workspace: WorkspaceOut }) {
  const queryClient = useQueryClient();
  const setup = useQuery(setupQuery);
  const invitations = useQuery(invitationsQuery(workspace.id));
  const [role, setRole] = useState<WorkspaceRole>("member");
  const refresh = () => queryClient.invalidateQueries({ queryKey: invitationsKey(workspace.id) });
  const make = useMutation({
    mutationFn: () => invite(workspace.id, role, null),
    onError: (error) => toastError(error),
    onSettled: refresh,
  });
  const picker = <RoleSelect label="Role to give" role={role} roles={roles} words={workspaceRoleWords} onChange={setRole} />;
  const link = (
    <Button variant={setup.data?.mail ? "default" : "filled"} loading={make.isPending} onClick={() => make.mutate()}>
      {setup.data?.mail ? "Make a link instead" : "Make an invitation link"}
    </Button>
  );

  return (
    <SettingsSection
      title="Invite"
      lead={
        setup.data?.mail
          ? "An invitation lets one person in, once, within two weeks. By mail it is for that address only."
          : "Send the link to one person. It works once, for two weeks."
      }
    >
      {setup.data?.mail ? (
        <ByMail workspace={workspace} role={role} onSent={refresh} picker={picker} link={link} />
      ) : (
        <div className={classes.invite}>
          {picker}
          {link}
        </div>
      )}
      {make.data?.url && (
        <div className={classes.made} role="status">
          <p className={classes.madeWords}>
            Copy it now; it is shown only this once. Whoever opens it joins as{" "}
            {workspaceRoleWords[make.data.role].name.toLowerCase()}.
          </p>
          <CopyField value={make.data.url} label="Invitation link" />
        </div>
      )}
      <Rows label="Open invitations">
        {invitations.data?.map((one) => (
          <Invitation
            key={one.id}
            workspace={workspace}
            invitation={one}
            byMail={setup.data?.mail ?? false}
            onChange={refresh}
          />
        ))}
      </Rows>
    </SettingsSection>
  );
}

interface ByMailProps {
  workspace: WorkspaceOut;
  role: WorkspaceRole;
  picker: ReactNode;
  link: ReactNode;
  onSent: () => Promise<unknown>;
}

function ByMail({ workspace, role, picker, link, onSent }: ByMailProps) {
  const { field, setValues, problem, pending, onSubmit, form } = useForm({
    initial: { email: "" },
    check: (values) => required(values, { email: "Whom do you invite?" }),
    submit: async ({ email }) => {
      const sent = await invite(workspace.id, role, email.trim());
      setValues({ email: "" });
      toast({ words: `An invitation is on its way to ${sent.email ?? ""}.` });
      await onSent();
    },
  });
  return (
    <form ref={form} onSubmit={(event) => void onSubmit(event)} noValidate>
      <FormProblem problem={problem} />
      <div className={classes.invite} data-mail>
        <TextInput
          className={classes.inviteEmail}
          aria-label="E-mail address to invite"
          placeholder="somebody@example.org"
          type="email"
          inputMode="email"
          autoComplete="off"
          {...field("email")}
        />
        {picker}
        <Button type="submit" loading={pending}>
          Send invitation
        </Button>
        {link}
      </div>
    </form>
  );
}

interface InvitationProps {
  workspace: WorkspaceOut;
  invitation: InvitationOut;
  byMail: boolean;
  onChange: () => Promise<unknown>;
}

function Invitation({ workspace, invitation, byMail, onChange }: InvitationProps) {
  const { id, email, role, created_at, expires_at, mailed_at } = invitation;
  const resend = useMutation({
    mutationFn: () => resendInvitation(workspace.id, id),
    onSuccess: () => toast({ words: `A new link is on its way to ${email ?? ""}; the one before stops working.` }),
    onError: (error) => toastError(error),
    onSettled: onChange,
  });
  const name = workspaceRoleWords[role].name.toLowerCase();
  const until = `works until ${dayWords(expires_at.slice(0, 10))}`;
  const letter = mailed_at ? `Mailed ${agoWords(mailed_at)}` : "Its letter has not left yet";
  const made = email && byMail ? letter : `Made ${agoWords(created_at)}`;
  return (
    <Row
      mark={<IconMailForward size={18} className="hw-muted" />}
      name={<span className={classes.whole}>{email ?? `Link for one ${name}`}</span>}
      detail={<span className={classes.whole}>{`${email ? `As ${name}. ` : ""}${made}, ${until}`}</span>}
    >
      {email && byMail && (
        <Button variant="default" size="xs" loading={resend.isPending} onClick={() => resend.mutate()}>
          Send again
        </Button>
      )}
      <ConfirmButton
        variant="default"
        size="xs"
        question="The link stops working at once."
        confirm="Revoke"
        onConfirm={() => revokeInvitation(workspace.id, id).catch(toastError).then(onChange)}
      >
        Revoke
      </ConfirmButton>
    </Row>
  );
}
