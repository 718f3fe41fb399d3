// Written by hand until the backend's openapi.json is here; then these names come from ./generated.
export type WorkspaceRole = "owner" | "admin" | "member" | "viewer";
export type ProjectRole = "admin" | "member" | "commenter" | "viewer";
export type Category = "backlog" | "todo" | "doing" | "done" | "cancelled";
export type Visibility = "workspace" | "private";
export type LabelColor =
  "gray" | "red" | "orange" | "yellow" | "green" | "teal" | "blue" | "indigo" | "violet" | "pink";

export interface SetupOut {
  needs_setup: boolean;
  needs_link: boolean;
  sign_up: "invited" | "open";
  demo: boolean;
}
export interface WorkspaceOut {
  id: string;
  slug: string;
  name: string;
  role: WorkspaceRole;
  version?: number;
}
export interface MeOut {
  id: string;
  name: string;
  email: string;
  is_admin: boolean;
  workspaces: WorkspaceOut[];
}
export interface SessionOut {
  id: string;
  created_at: string;
  last_seen_at: string;
  user_agent: string | null;
  current: boolean;
}
export interface TokenOut {
  id: string;
  name: string;
  created_at: string;
  last_used_at: string | null;
}
export interface NewTokenOut extends TokenOut {
  token: string;
}
export interface MemberOut {
  person_id: string;
  name: string;
  email: string | null;
  role: WorkspaceRole;
  placeholder: boolean;
}
export interface MembersOut {
  revision: number;
  members: MemberOut[];
}
export interface InvitationOut {
  id: string;
  role: WorkspaceRole;
  expires_at: string;
  created_at: string;
  url?: string;
}
export interface InvitationPreviewOut {
  workspace: string;
  role: WorkspaceRole;
  invited_by: string;
}
export interface ProjectOut {
  id: string;
  workspace_id: string;
  key: string;
  name: string;
  description: string;
  visibility: Visibility;
  role: ProjectRole;
  version: number;
  created_at: string;
  updated_at: string;
}
export interface ProjectsOut {
  revision: number;
  projects: ProjectOut[];
}
export interface ProjectMemberOut {
  person_id: string;
  name: string;
  role: ProjectRole;
}
export interface StateOut {
  id: string;
  project_id: string;
  name: string;
  category: Category;
  rank: string;
  version: number;
}
export interface LabelOut {
  id: string;
  project_id: string;
  name: string;
  color: LabelColor;
  version: number;
}
export interface PersonOut {
  person_id: string;
  name: string;
  placeholder: boolean;
  active: boolean;
}
export interface TaskRow {
  id: string;
  project_id: string;
  number: number;
  human_id: string;
  title: string;
  state_id: string;
  priority: number;
  rank: string;
  parent_id: string | null;
  start_on: string | null;
  due_on: string | null;
  label_ids: string[];
  assignee_ids: string[];
  created_by: string | null;
  created_at: string;
  updated_at: string;
  completed_at: string | null;
  version: number;
}
export interface TaskOut extends TaskRow {
  description: string;
  description_html: string;
}
export interface FoundTask extends TaskRow {
  project_key: string;
  project_name: string;
  state_name: string;
  state_category: Category;
}
export interface FoundOut {
  items: FoundTask[];
}
export interface TaskPage {
  items: TaskRow[];
  next_cursor: string | null;
  revision: number;
}
export interface BoardOut {
  revision: number;
  project: ProjectOut;
  states: StateOut[];
  labels: LabelOut[];
  people: PersonOut[];
  tasks: TaskRow[];
}
export interface CommentOut {
  id: string;
  task_id: string;
  project_id: string;
  author_id: string | null;
  body: string;
  body_html: string;
  created_at: string;
  updated_at: string;
  version: number;
}
export interface CommentsOut {
  items: CommentOut[];
  revision: number;
}
export interface ConflictOut {
  field: string;
  base: unknown;
  yours: unknown;
  theirs: unknown;
  by: { person_id: string; name: string } | null;
  at: string;
}
export interface MyWorkOut {
  items: FoundTask[];
  revisions: Record<string, number>;
}
export interface EventOut {
  topic: string;
  revision: number;
  kind: string;
  id: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  at: string;
  by: string | null;
  means: string;
  change: string;
}
