import { ProblemError } from "@/lib/problem";

type Query = Record<string, string | number | boolean | null | undefined | readonly string[]>;

interface Options {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Not for those who listen for what was recorded: undo keeps its own books. */
  unheard?: boolean;
}

export function urlOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  }
  const search = params.toString();
  return search ? `${path}?${search}` : path;
}

async function problemOf(answer: Response): Promise<ProblemError> {
  const body: unknown = await answer.json().catch(() => null);
  if (body === null || typeof body !== "object")
    return new ProblemError(answer.status, "http", "The server did not answer properly. Try again in a moment.");
  const { type: _type, title, status: _status, code, detail, ...extra } = body as Record<string, unknown>;
  return new ProblemError(answer.status, String(code ?? "http"), String(detail ?? title ?? answer.statusText), extra);
}

/** An answer, and the change set that the write made, if it made one: what undo goes by. */
export interface Recorded<T> {
  data: T;
  change: string | null;
  /** Texts that hold somebody else's edits besides mine. */
  merged: string | null;
}

type Listener = (change: string, path: string) => void;
const listeners = new Set<Listener>();
const writing = new Set<Promise<unknown>>();

/** Told of every change set that this tab's writes made. */
export function onRecorded(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Once every write that is on its way has its answer: what was done last is known only then. */
export async function writesAnswered(): Promise<void> {
  while (writing.size > 0) {
    await Promise.allSettled(writing);
    // A queue sends its next one when it has heard of the last.
    await new Promise((resume) => setTimeout(resume));
  }
}

/** Sends one request; throws ProblemError for every refusal and for no answer at all. */
export function send<T>(method: string, path: string, options: Options = {}): Promise<Recorded<T>> {
  const answer = ask<T>(method, path, options);
  if (method === "GET" || options.unheard) return answer;
  const watched = answer.then(
    ({ change }) => {
      writing.delete(watched);
      if (change) for (const listener of listeners) listener(change, path);
    },
    () => void writing.delete(watched),
  );
  writing.add(watched);
  return answer;
}

/** The same, and only the answer's JSON. */
export const request = async <T>(method: string, path: string, options: Options = {}): Promise<T> =>
  (await send<T>(method, path, options)).data;

async function ask<T>(method: string, path: string, options: Options): Promise<Recorded<T>> {
  const init: RequestInit = {
    method,
    credentials: "same-origin",
    headers: { accept: "application/json", ...options.headers },
    signal: options.signal ?? null,
  };
  if (options.body !== undefined) {
    init.body = JSON.stringify(options.body);
    init.headers = { ...init.headers, "content-type": "application/json" };
  }
  let answer: Response;
  try {
    answer = await fetch(urlOf(path, options.query), init);
  } catch (reason) {
    if (reason instanceof DOMException && reason.name === "AbortError") throw reason;
    throw new ProblemError(0, "offline", "The server cannot be reached. What you typed is still here; try again.");
  }
  if (!answer.ok) throw await problemOf(answer);
  const data = (answer.status === 204 ? undefined : await answer.json()) as T;
  return { data, change: answer.headers.get("headway-change"), merged: answer.headers.get("headway-merged") };
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) =>
  request<T>("GET", path, { ...(query && { query }), ...(signal && { signal }) });
export const post = <T = void>(path: string, body: unknown = {}) => request<T>("POST", path, { body });
export const put = <T = void>(path: string, body: unknown) => request<T>("PUT", path, { body });
export const patch = <T = void>(path: string, body: unknown, headers: Record<string, string> = {}) =>
  request<T>("PATCH", path, { body, headers });
export const del = <T = void>(path: string, query?: Query) => request<T>("DELETE", path, { ...(query && { query }) });
