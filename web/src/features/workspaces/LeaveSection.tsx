import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import type { WorkspaceOut } from "@/api/types";
import { meKey } from "@/features/accounts/api";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { SettingsSection } from "@/ui/Settings";
import { toastError } from "@/ui/toast";

import { removeMember } from "./api";

export function LeaveSection({ workspace, me }: { workspace: WorkspaceOut; me: string }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();

  async function leave() {
    try {
      await removeMember(workspace.id, me);
    } catch (error) {
      return toastError(error);
    }
    await queryClient.invalidateQueries({ queryKey: meKey });
    await navigate({ to: "/" });
  }

  return (
    <SettingsSection title="Leave" lead="You lose access at once. What you made stays with the team.">
      <ConfirmButton
        variant="default"
        question={`Leave ${workspace.name}? To come back you need a new invitation.`}
        confirm="Leave"
        onConfirm={leave}
      >
        Leave {workspace.name}
      </ConfirmButton>
    </SettingsSection>
  );
}
