import { ActionIcon, Select } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { MemberOut, ProjectOut, ProjectRole, WorkspaceOut } from "@/api/types";
import { membersQuery } from "@/features/workspaces/api";
import { projectRoleWords } from "@/lib/words";
import { IconX } from "@/ui/icons";
import { PersonFace } from "@/ui/People";
import { RoleSelect } from "@/ui/RoleSelect";
import { Row, Rows, SettingsSection } from "@/ui/Settings";
import { toastError } from "@/ui/toast";

import { projectMembersKey, projectMembersQuery, removeProjectMember, setProjectMember } from "./api";

const roles: readonly ProjectRole[] = ["admin", "member", "commenter", "viewer"];

interface Props {
  workspace: WorkspaceOut;
  project: ProjectOut;
  manages: boolean;
}

export function PeopleSection({ workspace, project, manages }: Props) {
  const queryClient = useQueryClient();
  const everyone = useQuery(membersQuery(workspace.id));
  const own = useQuery(projectMembersQuery(project.id));
  const settle = () => queryClient.invalidateQueries({ queryKey: projectMembersKey(project.id) });
  const give = useMutation({
    mutationFn: ({ person, role }: { person: string; role: ProjectRole }) => setProjectMember(project.id, person, role),
    onError: (error) => toastError(error),
    onSettled: settle,
  });
  const take = useMutation({
    mutationFn: (person: string) => removeProjectMember(project.id, person),
    onError: (error) => toastError(error),
    onSettled: settle,
  });

  const people = new Map<string, MemberOut>(everyone.data?.members.map((one) => [one.person_id, one]));
  const here = own.data?.filter((one) => people.has(one.person_id)) ?? [];
  const others = [...people.values()].filter(
    (one) => !one.placeholder && !here.some((member) => member.person_id === one.person_id),
  );
  const lead =
    project.visibility === "private"
      ? "Only these people see the project, and the workspace's owners."
      : "Everyone in the workspace sees it. A role given here counts more than the one they have there.";

  return (
    <SettingsSection title="People" lead={lead}>
      <Rows label="People with a role of their own">
        {here.map(({ person_id, role }) => {
          const person = people.get(person_id) ?? { person_id, name: "", email: null };
          return (
            <Row key={person_id} mark={<PersonFace person={person} size={28} />} name={person.name} detail={person.email}>
              {manages ? (
                <>
                  <RoleSelect
                    label={`Role of ${person.name}`}
                    role={role}
                    roles={roles}
                    words={projectRoleWords}
                    onChange={(next) => give.mutate({ person: person_id, role: next })}
                  />
                  <ActionIcon
                    aria-label={`Take ${person.name}'s role away`}
                    title="Take the role away"
                    onClick={() => take.mutate(person_id)}
                  >
                    <IconX size={15} />
                  </ActionIcon>
                </>
              ) : (
                <span className="hw-muted">{projectRoleWords[role].name}</span>
              )}
            </Row>
          );
        })}
      </Rows>
      {manages && others.length > 0 && (
        <Select
          mt={12}
          maw={420}
          aria-label="Add somebody"
          placeholder="Add somebody"
          searchable
          clearable
          value={null}
          nothingFoundMessage="Nobody of that name in the workspace"
          data={others.map((one) => ({ value: one.person_id, label: one.name }))}
          onChange={(person) => person && give.mutate({ person, role: "member" })}
        />
      )}
    </SettingsSection>
  );
}
