import { ProblemError } from "@/lib/problem";

type Query = Record<string, string | number | boolean | null | undefined | readonly string[]>;

interface Options {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
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

/** Sends one request and returns the answer's JSON; throws ProblemError for every refusal and for no answer at all. */
export async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
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
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) =>
  request<T>("GET", path, { ...(query && { query }), ...(signal && { signal }) });
export const post = <T = void>(path: string, body: unknown = {}) => request<T>("POST", path, { body });
export const put = <T = void>(path: string, body: unknown) => request<T>("PUT", path, { body });
export const patch = <T = void>(path: string, body: unknown, headers: Record<string, string> = {}) =>
  request<T>("PATCH", path, { body, headers });
export const del = <T = void>(path: string, query?: Query) => request<T>("DELETE", path, { ...(query && { query }) });
