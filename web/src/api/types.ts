// The wire's shapes, generated from the backend's routes, under the words the features use.
export type {
  Board as BoardOut,
  Category,
  ChangeOut,
  ChangePage,
  Color as LabelColor,
  CommentOut,
  Comments as CommentsOut,
  EventOut,
  Found as FoundOut,
  Happened,
  History as HistoryOut,
  InvitationOut,
  InvitationPreviewOut,
  LabelOut,
  MemberList as MembersOut,
  MemberOut,
  MeOut,
  MyWork as MyWorkOut,
  NewInvitationOut,
  NewTokenOut,
  PersonSeen as PersonOut,
  ProjectList as ProjectsOut,
  ProjectMemberOut,
  ProjectOut,
  ProjectRole,
  SessionOut,
  SetupOut,
  StateOut,
  TaskElsewhere as FoundTask,
  TaskOut,
  TaskPage,
  TaskRow,
  TokenOut,
  UndoConflict,
  UndoneThing,
  UndoOut,
  Visibility,
  WorkspaceOut,
  WorkspaceRole,
} from "./generated/types.gen";

/** One field of a 409 `task.changed`: what both started from, and what each made of it. */
export interface ConflictOut {
  field: string;
  base: unknown;
  yours: unknown;
  theirs: unknown;
  by: { person_id: string; name: string } | null;
  at: string;
}
