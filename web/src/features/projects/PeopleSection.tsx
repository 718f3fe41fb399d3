import { ActionIcon, Button, Select, Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { MemberOut, ProjectOut, ProjectRole, WorkspaceOut } from "@/api/types";
import { meQuery } from "@/features/accounts/api";
import { membersQuery } from "@/features/workspaces/api";
import { projectRoleWords } from "@/lib/words";
import { IconLockQuestion, IconX } from "@/ui/icons";
import { PersonFace } from "@/ui/People";
import { RoleSelect } from "@/ui/RoleSelect";
import { Row, Rows, SettingsSection } from "@/ui/Settings";
import { toast, toastError } from "@/ui/toast";

import { AccessDialog } from "./AccessDialog";
import { projectMembersKey, projectMembersQuery, removeProjectMember, setProjectMember } from "./api";
import classes from "./projects.module.css";

const roles: readonly ProjectRole[] = ["admin", "member", "commenter", "viewer"];

interface Given {
  person: string;
  role: ProjectRole;
  /** Left out where it is not what is being changed. */
  onlyAssigned?: boolean;
}

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
    mutationFn: ({ person, role, onlyAssigned = false }: Given) => setProjectMember(project.id, person, role, onlyAssigned),
    onSuccess: (_, { person, onlyAssigned }) => {
      if (onlyAssigned === undefined) return;
      const sees = onlyAssigned ? "now sees only tasks assigned to them" : "sees the whole project again";
      toast({ words: `${people.get(person)?.name ?? "This person"} ${sees}.` });
    },
    onError: (error) => toastError(error),
    onSettled: settle,
  });
  const take = useMutation({
    mutationFn: (person: string) => removeProjectMember(project.id, person),
    onError: (error) => toastError(error),
    onSettled: settle,
  });

  const [explained, setExplained] = useState<{ person_id: string; name: string } | null>(null);
  const me = useQuery(meQuery).data?.id;
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
        {here.map(({ person_id, role, only_assigned }) => {
          const person = people.get(person_id) ?? { person_id, name: "", email: null };
          return (
            <Row key={person_id} mark={<PersonFace person={person} size={28} />} name={person.name} detail={person.email}>
              {manages ? (
                <>
                  {role !== "admin" && (
                    <Switch
                      size="xs"
                      label="Only assigned"
                      title="Sees only what is assigned to them"
                      aria-label={`${person.name} sees only what is assigned to them`}
                      checked={only_assigned}
                      onChange={(event) =>
                        give.mutate({ person: person_id, role, onlyAssigned: event.currentTarget.checked })
                      }
                    />
                  )}
                  <RoleSelect
                    label={`Role of ${person.name}`}
                    role={role}
                    roles={roles}
                    words={projectRoleWords}
                    onChange={(next) => give.mutate(kept(person_id, next, only_assigned))}
                  />
                  <ActionIcon
                    aria-label={`What can ${person.name} see?`}
                    title={`What can ${person.name} see?`}
                    onClick={() => setExplained(person)}
                  >
                    <IconLockQuestion size={15} />
                  </ActionIcon>
                  <ActionIcon
                    aria-label={`Take ${person.name}'s role away`}
                    title="Take the role away"
                    onClick={() => take.mutate(person_id)}
                  >
                    <IconX size={15} />
                  </ActionIcon>
                </>
              ) : (
                <span className="hw-muted">
                  {projectRoleWords[role].name}
                  {only_assigned && ", only what is assigned"}
                </span>
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
      <div className={classes.explain}>
        {manages && (
          <Select
            maw={420}
            aria-label="What can somebody see?"
            placeholder="What can … see?"
            searchable
            value={null}
            nothingFoundMessage="Nobody of that name in the workspace"
            data={[...people.values()].map((one) => ({ value: one.person_id, label: one.name }))}
            onChange={(person) => person && setExplained(people.get(person) ?? null)}
          />
        )}
        {!manages && me && people.get(me) && (
          <Button variant="default" onClick={() => setExplained(people.get(me) ?? null)}>
            What can I see here?
          </Button>
        )}
      </div>
      {explained && (
        <AccessDialog
          project={project.id}
          person={explained.person_id}
          name={explained.name}
          onClose={() => setExplained(null)}
        />
      )}
    </SettingsSection>
  );
}

/** Another role, and what is seen as before; an admin sees everything. */
const kept = (person: string, role: ProjectRole, onlyAssigned: boolean): Given =>
  onlyAssigned ? { person, role, onlyAssigned: role !== "admin" } : { person, role };
