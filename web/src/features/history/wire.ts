/** One thing that a change did: before and after as recorded, only the fields that changed. */
export interface Happened {
  kind: string;
  id: string;
  revision: number;
  title: string | null;
  human_id: string | null;
  task_id: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

export interface ChangeOut {
  id: string;
  at: string;
  revision: number;
  by: string | null;
  means: string;
  token: string | null;
  why: string | null;
  undoes: string | null;
  undone_by: string | null;
  count: number;
  events: Happened[];
}

export interface HistoryOut {
  items: ChangeOut[];
  next_cursor: string | null;
  people: { person_id: string; name: string }[];
}
