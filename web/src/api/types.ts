// The wire's shapes, generated from the backend's routes, under the words the features use.
export type {
  Asked as AskedOut,
  BackupOut,
  BackupsOut,
  Board as BoardOut,
  BoardThen,
  BulkOut,
  BulkResult,
  Category,
  Claim as LabClaim,
  ChangeOut,
  ChangePage,
  Color as LabelColor,
  CommentOut,
  Comments as CommentsOut,
  Diff as DiffOut,
  DeadJobOut,
  Difference,
  EventOut,
  Found as FoundOut,
  Happened,
  History as HistoryOut,
  InvitationOut,
  InvitationPreviewOut,
  JobsOut,
  LabelOut,
  LabState as LabStateOut,
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
  Result as LabResultOut,
  Run as LabRun,
  RunHeader as LabRunHeader,
  RunsOut as LabRunsOut,
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

import type { Claim, RunHeader } from "./generated/types.gen";

export type LabVerdict = Claim["verdict"];
export type LabEnding = RunHeader["ended"];

/** One field of a 409 `task.changed`: what both started from, and what each made of it. */
export interface ConflictOut {
  field: string;
  base: unknown;
  yours: unknown;
  theirs: unknown;
  by: { person_id: string; name: string } | null;
  at: string;
}
