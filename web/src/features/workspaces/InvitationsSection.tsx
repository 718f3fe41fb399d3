import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { WorkspaceOut, WorkspaceRole } from "@/api/types";
import { agoWords, dayWords } from "@/lib/dates";
import { workspaceRoleWords } from "@/lib/words";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { CopyField } from "@/ui/CopyField";
import { IconMailForward } from "@/ui/icons";
import { RoleSelect } from "@/ui/RoleSelect";
import { Row, Rows, SettingsSection } from "@/ui/Settings";
import { toastError } from "@/ui/toast";

import { invitationsKey, invitationsQuery, invite, revokeInvitation } from "./api";
import classes from "./workspaces.module.css";

const roles: readonly WorkspaceRole[] = ["admin", "member", "viewer"];

/** A link lets one person in, once. It is shown when it is made and never again. */
export function InvitationsSection({ workspace }: { workspace: WorkspaceOut }) {
  const queryClient = useQueryClient();
  const invitations = useQuery(invitationsQuery(workspace.id));
  const [role, setRole] = useState<WorkspaceRole>("member");
  const refresh = () => queryClient.invalidateQueries({ queryKey: invitationsKey(workspace.id) });
  const make = useMutation({ mutationFn: () => invite(workspace.id, role), onError: (error) => toastError(error), onSettled: refresh });

  return (
    <SettingsSection title="Invite" lead="Send the link to one person. It works once, for two weeks.">
      <div className={classes.invite}>
        <RoleSelect label="Role to give" role={role} roles={roles} words={workspaceRoleWords} onChange={setRole} />
        <Button loading={make.isPending} onClick={() => make.mutate()}>
          Make an invitation link
        </Button>
      </div>
      {make.data && (
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
          <Row
            key={one.id}
            mark={<IconMailForward size={18} className="hw-muted" />}
            name={`Link for one ${workspaceRoleWords[one.role].name.toLowerCase()}`}
            detail={`Made ${agoWords(one.created_at)}, works until ${dayWords(one.expires_at.slice(0, 10))}`}
          >
            <ConfirmButton
              variant="default"
              size="xs"
              question="The link stops working at once."
              confirm="Revoke"
              onConfirm={() => revokeInvitation(workspace.id, one.id).catch(toastError).then(refresh)}
            >
              Revoke
            </ConfirmButton>
          </Row>
        ))}
      </Rows>
    </SettingsSection>
  );
}
