export interface UndoneThing {
  kind: string;
  id: string;
  title: string | null;
  human_id: string | null;
  fields: string[];
  what: "restored" | "deleted" | "changed";
}

export interface UndoConflict {
  kind: string;
  id: string;
  title: string | null;
  human_id: string | null;
  field: string | null;
  wanted: unknown;
  current: unknown;
  by: { person_id: string; name: string } | null;
  at: string | null;
}

export interface UndoRefusal {
  kind: string;
  id: string;
  title: string | null;
  human_id: string | null;
  code: string;
  detail: string;
}

export interface UndoOut {
  preview: boolean;
  change: string | null;
  undoes: string;
  counts: { undone: number; conflicts: number; refused: number; left: number };
  undone: UndoneThing[];
  conflicts: UndoConflict[];
  refused: UndoRefusal[];
  left: { kind: string; detail: string }[];
}
