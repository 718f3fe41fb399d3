// The wire's shapes, generated from the backend's routes, under the words the features use.
export type {
  Board as BoardOut,
  BoardThen,
  BulkOut,
  BulkResult,
  Category,
  ChangeOut,
  ChangePage,
  Color as LabelColor,
  CommentOut,
  Comments as CommentsOut,
  Diff as DiffOut,
  Difference,
  EventOut,
  Found as FoundOut,
  Happened,
  History as HistoryOut,
  InvitationOut,
  InvitationPreviewOut,
  LabelOut,
  LastLookOut,
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
  ProjectTimeline as TimelineOut,
  ProjectTrash,
  SessionOut,
  SetupOut,
  StateOut,
  TaskElsewhere as FoundTask,
  TaskOut,
  TaskPage,
  TaskRow,
  TokenOut,
  TrashItem,
  UndoConflict,
  UndoneThing,
  UndoOut,
  Visibility,
  WorkspaceOut,
  WorkspaceRole,
  WorkspaceTrash,
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
