import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { meQuery } from "@/features/accounts/api";
import { WorkspaceActsSection } from "@/features/audit/WorkspaceActsSection";
import { Header } from "@/ui/Header";
import { SettingsPage } from "@/ui/Settings";

import { useWorkspace } from "./api";
import { InvitationsSection } from "./InvitationsSection";
import { LeaveSection } from "./LeaveSection";
import { MembersSection } from "./MembersSection";
import { NameSection } from "./NameSection";

const route = getRouteApi("/w/$slug/settings");

export function WorkspaceSettings() {
  const { slug } = route.useParams();
  const workspace = useWorkspace(slug);
  const me = useQuery(meQuery);
  if (!workspace || !me.data) return null;
  const manages = workspace.role === "owner" || workspace.role === "admin";
  return (
    <>
      <Header title="People and settings" />
      <SettingsPage>
        {manages && <NameSection key={workspace.version} workspace={workspace} />}
        <MembersSection workspace={workspace} me={me.data.id} />
        {manages && <InvitationsSection workspace={workspace} />}
        {workspace.role === "owner" && <WorkspaceActsSection workspace={workspace.id} />}
        <LeaveSection workspace={workspace} me={me.data.id} />
      </SettingsPage>
    </>
  );
}
