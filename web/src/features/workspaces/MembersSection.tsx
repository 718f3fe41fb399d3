import { ActionIcon, Menu } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { MemberOut, WorkspaceOut, WorkspaceRole } from "@/api/types";
import { meKey } from "@/features/accounts/api";
import { plural } from "@/lib/text";
import { workspaceRoleWords } from "@/lib/words";
import { ErrorFace } from "@/ui/Faces";
import { IconDots } from "@/ui/icons";
import { PersonFace } from "@/ui/People";
import { RoleSelect } from "@/ui/RoleSelect";
import { Row, Rows, SettingsSection } from "@/ui/Settings";
import { RowsSkeleton } from "@/ui/Skeletons";
import { toastError } from "@/ui/toast";

import { changeRole, membersKey, membersQuery, removeMember } from "./api";
import classes from "./workspaces.module.css";

const order: readonly WorkspaceRole[] = ["owner", "admin", "member", "viewer"];

export function MembersSection({ workspace, me }: { workspace: WorkspaceOut; me: string }) {
  const members = useQuery(membersQuery(workspace.id));
  const people = members.data?.members ?? [];
  const present = people.filter((one) => !one.placeholder);
  const absent = people.filter((one) => one.placeholder);
  return (
    <SettingsSection title="People" lead={members.data && `${plural(present.length, "person works", "people work")} here.`}>
      {members.isPending && <RowsSkeleton rows={3} />}
      {members.isError && <ErrorFace error={members.error} retry={() => void members.refetch()} />}
      <Rows label="People">
        {present.map((member) => (
          <MemberRow key={member.person_id} workspace={workspace} member={member} me={me} />
        ))}
        {absent.map((member) => (
          <Row
            key={member.person_id}
            mark={<PersonFace person={member} size={28} />}
            name={member.name}
            detail="Mentioned by an import; has no account here"
          />
        ))}
      </Rows>
    </SettingsSection>
  );
}

function MemberRow({ workspace, member, me }: { workspace: WorkspaceOut; member: MemberOut; me: string }) {
  const queryClient = useQueryClient();
  const settle = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: membersKey(workspace.id) }),
      member.person_id === me && queryClient.invalidateQueries({ queryKey: meKey }),
    ]);
  const change = useMutation({
    mutationFn: (role: WorkspaceRole) => changeRole(workspace.id, member.person_id, role),
    onError: (error) => toastError(error),
    onSettled: settle,
  });
  const remove = useMutation({
    mutationFn: () => removeMember(workspace.id, member.person_id),
    onError: (error) => toastError(error),
    onSettled: settle,
  });
  const mine = workspace.role;
  // An admin manages everybody but owners; only owners make owners.
  const manages = mine === "owner" || (mine === "admin" && member.role !== "owner");
  const role = change.isPending ? change.variables : (member.role ?? "viewer");
  return (
    <Row
      mark={<PersonFace person={member} size={28} />}
      name={member.person_id === me ? `${member.name} (you)` : member.name}
      detail={member.email}
    >
      {member.suspended && <span className={classes.suspended}>Suspended</span>}
      {manages ? (
        <RoleSelect
          label={`Role of ${member.name}`}
          role={role}
          roles={mine === "owner" ? order : order.slice(1)}
          words={workspaceRoleWords}
          onChange={(next) => change.mutate(next)}
        />
      ) : (
        <span className="hw-muted">{workspaceRoleWords[role].name}</span>
      )}
      {manages && member.person_id !== me && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={`More about ${member.name}`}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>Their tasks and comments stay.</Menu.Label>
            <Menu.Item color="red" onClick={() => remove.mutate()}>
              Remove from the workspace
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </Row>
  );
}
