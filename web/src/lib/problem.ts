export interface FieldError {
  field: string;
  message: string;
}

/** What the server said no to, in its own words (application/problem+json). Status 0: it could not be reached. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly extra: Record<string, unknown>;

  constructor(status: number, code: string, detail: string, extra: Record<string, unknown> = {}) {
    super(detail);
    this.name = "ProblemError";
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.extra = extra;
  }

  get fields(): FieldError[] {
    return Array.isArray(this.extra.errors) ? (this.extra.errors as FieldError[]) : [];
  }

  get offline(): boolean {
    return this.status === 0;
  }
}

export function isProblem(error: unknown, code?: string): error is ProblemError {
  return error instanceof ProblemError && (code === undefined || error.code === code);
}

/** Somebody changed the same field first, and the server says which and how. */
export const isConflictProblem = (error: unknown): error is ProblemError =>
  isProblem(error) && error.status === 409 && Array.isArray(error.extra.conflicts);

/** One sentence for people, whatever was thrown. */
export function sentenceOf(error: unknown): string {
  // A constraint's name is for programs.
  if (isProblem(error, "data_conflict")) return error.detail.replace(/^Data conflict: [^.]*\. /, "");
  return error instanceof ProblemError ? error.detail : "Something went wrong on this page. Reload it to go on.";
}

/** What was refused, and what became of it. Without the server nothing else is worth saying twice. */
export function sentenceWith(error: unknown, kept: string): string {
  const happened = error instanceof ProblemError && error.offline ? "The server cannot be reached." : sentenceOf(error);
  return `${happened} ${kept}`;
}
