import { infiniteQueryOptions } from "@tanstack/react-query";

import { get } from "@/api/client";
import type { AuditEntryOut, AuditPageOut } from "@/api/types";
import { dateWords } from "@/lib/dates";
import { workspaceRoleWords } from "@/lib/words";

export interface Wanted {
  act?: string | undefined;
  by?: string | undefined;
}

/** Privileged acts, the newest first: of the whole server, or of one workspace. */
export const auditQuery = (workspace: string | null, wanted: Wanted) =>
  infiniteQueryOptions({
    queryKey: ["audit", workspace, wanted.act ?? null, wanted.by ?? null],
    queryFn: ({ pageParam, signal }) =>
      get<AuditPageOut>(
        workspace === null ? "/api/administration/audit" : `/api/workspaces/${workspace}/audit`,
        { act: wanted.act, by: wanted.by, cursor: pageParam, limit: 50 },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: AuditPageOut) => page.next_cursor,
    staleTime: 0,
  });

const roleName = (role: unknown): string =>
  typeof role === "string" && role in workspaceRoleWords
    ? workspaceRoleWords[role as keyof typeof workspaceRoleWords].name.toLowerCase()
    : role === "commenter"
      ? "commenter"
      : "another role";

type Words = (about: string, details: Record<string, unknown>) => string;

/** What was done, as it follows the name of who did it; in the order of the filter. */
const acts: Record<string, { name: string; words: Words }> = {
  "account.created": { name: "Account made", words: (about) => `made the account of ${about}` },
  "session.created": { name: "Signed in", words: () => "signed in" },
  "session.ended": { name: "Session ended", words: () => "ended a session" },
  "password.changed": { name: "Password changed", words: () => "changed their password" },
  "password.reset": { name: "Password reset", words: (about) => `set a new password for ${about}` },
  "session.others_ended": { name: "Other sessions ended", words: () => "ended their other sessions" },
  "address.changed": { name: "Address changed", words: () => "changed their e-mail address" },
  "code_app.added": { name: "Code app set up", words: () => "set up an app for codes" },
  "code_app.removed": { name: "Code app removed", words: () => "removed their app for codes" },
  "passkey.added": { name: "Passkey added", words: () => "added a passkey" },
  "passkey.renamed": { name: "Passkey renamed", words: () => "renamed a passkey" },
  "passkey.removed": { name: "Passkey removed", words: () => "removed a passkey" },
  "recovery_codes.made": { name: "Recovery codes made", words: () => "made new recovery codes" },
  "recovery_code.used": { name: "Recovery code used", words: () => "signed in with a recovery code" },
  "second_factor.reset": { name: "Second factor reset", words: (about) => `took the second factors from ${about}` },
  "identity.linked": { name: "Provider linked", words: () => "linked their account at the sign-in provider" },
  "identity.unlinked": { name: "Provider unlinked", words: () => "unlinked their account at the sign-in provider" },
  "token.created": {
    name: "Token made",
    words: (_about, { name, scopes, expires_at }) =>
      `made the token “${String(name)}” for ${Array.isArray(scopes) ? scopes.join(", ") : "everything"}` +
      (typeof expires_at === "string" ? `, until ${dateWords(expires_at.slice(0, 10))}` : ""),
  },
  "token.removed": { name: "Token removed", words: (_about, { name }) => `removed the token “${String(name)}”` },
  "person.suspended": { name: "Suspended", words: (about) => `suspended ${about}` },
  "person.reinstated": { name: "Reinstated", words: (about) => `reinstated ${about}` },
  "admin.granted": { name: "Admin of the server", words: (about) => `made ${about} an admin of this server` },
  "admin.revoked": { name: "No admin any more", words: (about) => `took the server’s administration from ${about}` },
  "workspace.created": { name: "Workspace made", words: () => "made the workspace" },
  "member.added": { name: "Member added", words: (about, { role }) => `added ${about} as ${roleName(role)}` },
  "member.role_changed": {
    name: "Role changed",
    words: (about, { role, before }) => `changed the role of ${about} from ${roleName(before)} to ${roleName(role)}`,
  },
  "member.removed": { name: "Member removed", words: (about) => `removed ${about}` },
  "member.left": { name: "Member left", words: () => "left" },
  "invitation.created": { name: "Invitation made", words: (_about, { role }) => `invited somebody as ${roleName(role)}` },
  "invitation.revoked": { name: "Invitation taken back", words: () => "took an invitation back" },
  "invitation.accepted": { name: "Invitation accepted", words: (_about, { role }) => `joined as ${roleName(role)}` },
  "project_member.set": {
    name: "Project role set",
    words: (about, { role }) => `gave ${about} the role ${roleName(role)} in a project`,
  },
  "project_member.removed": { name: "Project role taken", words: (about) => `took ${about}’s role in a project` },
  "project.deleted": { name: "Project deleted", words: () => "deleted a project" },
  "project.purged": { name: "Project ended", words: () => "ended a project for good" },
  "task.purged": { name: "Task ended", words: () => "ended a task for good" },
  "comment.purged": { name: "Comment ended", words: () => "ended a comment for good" },
  "trash.emptied": {
    name: "Trash emptied",
    words: (_about, { kind, things }) => `emptied the trash of ${String(things)} ${String(kind)}${things === 1 ? "" : "s"}`,
  },
  "backup.started": { name: "Backup started", words: () => "started a backup" },
  "backup.restored": { name: "Backup restored", words: () => "restored a backup" },
  "database.upgraded": {
    name: "Upgraded",
    words: (_about, { until }) => (typeof until === "string" ? `upgraded the database to ${until}` : "upgraded the database"),
  },
  "lab_run.started": { name: "Lab run started", words: () => "started a lab run" },
  "import.run": { name: "Import", words: () => "imported a board" },
};

export const actChoices = Object.entries(acts).map(([value, { name }]) => ({ value, label: name }));

/** What was done, for people; an act that this page does not know yet says its own name. */
export function actWords(entry: AuditEntryOut): string {
  const about = entry.about !== null && entry.about_id !== entry.by?.id ? entry.about : "themselves";
  const known = acts[entry.act];
  if (known) return known.words(about, entry.details);
  return `${entry.act.replace(/[._]/g, " ")}${entry.about !== null && entry.about_id !== entry.by?.id ? `: ${about}` : ""}`;
}

/** Who did it. */
export const actorWords = (entry: AuditEntryOut): string =>
  entry.by?.name ?? (entry.means === "cli" ? "The command line" : "The server");

const means: Record<string, string> = { web: "in the browser", api: "with a token", cli: "from the command line" };

/** Where it was done, and from where. */
export function wayWords(entry: AuditEntryOut, inWorkspace: boolean): string[] {
  const parts: string[] = [];
  if (!inWorkspace && entry.workspace !== null) parts.push(entry.workspace);
  const way = means[entry.means];
  if (entry.by !== null && way !== undefined) parts.push(way);
  if (entry.address !== null) parts.push(entry.address);
  return parts;
}
