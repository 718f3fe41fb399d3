/** A write that the server has not answered for good: on its way, waiting for the connection, or refused. */
export interface Waiting {
  /** Sorts by when it was made, and is the Idempotency-Key of a POST. */
  id: string;
  /** Who made it. It is never sent in anybody else's name. */
  person: string;
  /** The tab that made it, which sends it first. */
  tab: string;
  at: string;
  /** What must happen in order: mostly one thing. */
  lane: string;
  method: "POST" | "PATCH" | "DELETE";
  path: string;
  body: Record<string, unknown> | null;
  /** The kind of event it will be, so that the answer is told to the cache as that event: "task.changed". */
  tells: string;
  thing: string;
  project: string;
  /** In words, for the list of what waits: "HW-42 Fix the login", "Title". */
  name: string;
  what: string;
  /** Laid over what the server said, as long as this waits. The features say what it means. */
  shown?: { fields?: Record<string, unknown> } & Record<string, unknown>;
  /** Its maker holds no other copy: when refused it stays, until somebody has looked at it. */
  keeps?: boolean;
  /** How often it was sent. After the first time nobody knows whether it arrived. */
  tries: number;
  /** Its event has come although its answer has not: what it made is shown by that. */
  met?: boolean;
  /** Fresh: the first answer is still awaited by whoever made it. */
  state: "fresh" | "waiting" | "refused";
  refusal?: { status: number; code: string; detail: string; extra: Record<string, unknown> };
}

/** What a feature hands in; the rest is the queue's own. */
export type Write = Omit<Waiting, "id" | "person" | "tab" | "at" | "tries" | "state" | "refusal">;

export const isConflict = (item: Waiting) => item.state === "refused" && Array.isArray(item.refusal?.extra.conflicts);

/** Whether this event is what the write made, as far as one can see: it was sent, and says the same. */
export function isEventOf(item: Waiting, event: { topic: string; kind: string; by: string | null; after: Record<string, unknown> | null }): boolean {
  if (item.tries === 0 || item.met || item.tells !== event.kind || !event.kind.endsWith(".created") || event.by !== item.person) return false;
  if (event.topic !== `project:${item.project}`) return false;
  const said = item.tells === "comment.created" ? "body" : "title";
  return event.after?.[said] === item.body?.[said];
}

/** The connection's or the server's passing trouble: worth asking again, and whether it arrived is not known. */
export const isPassing = (status: number) => [0, 408, 429, 502, 503, 504].includes(status);

const scalar = (body: Record<string, unknown> | null) =>
  Object.values(body ?? {}).every((value) => value === null || typeof value !== "object");

/**
 * Two writes of one thing as one, where the first never left: the last word counts, on the ground the first stood on.
 * Null where they must stay apart.
 */
export function joined(older: Waiting, newer: Write): Waiting | null {
  if (older.tries > 0 || older.state === "refused" || older.method !== newer.method || older.path !== newer.path) return null;
  if (older.lane !== newer.lane || older.tells !== newer.tells || !scalar(older.body) || !scalar(newer.body)) return null;
  const move = newer.method === "POST" && newer.path.endsWith("/move");
  if (!move && (newer.method !== "PATCH" || older.body?.version !== newer.body?.version)) return null;
  return {
    ...older,
    body: move ? newer.body : { ...older.body, ...newer.body },
    what: older.what === newer.what || move ? newer.what : `${older.what}, ${newer.what.toLowerCase()}`,
    ...(newer.shown && { shown: { ...older.shown, ...newer.shown, fields: { ...older.shown?.fields, ...newer.shown.fields } } }),
  };
}

const fieldsOf = (body: Record<string, unknown> | null) => Object.keys(body ?? {}).filter((field) => field !== "version");

/** My own last answers, field by field: what they changed is not somebody else's change. */
export class OwnVersions {
  private readonly lanes = new Map<string, Map<string, number>>();

  learn(item: Waiting, version: unknown): void {
    if (typeof version !== "number") return;
    const versions = this.lanes.get(item.lane) ?? new Map<string, number>();
    for (const field of fieldsOf(item.body)) versions.set(field, version);
    this.lanes.set(item.lane, versions);
  }

  /** The body on the newest ground that is my own in every field. One field of somebody else's keeps the older ground. */
  ground(lane: string, body: Record<string, unknown> | null): Record<string, unknown> | null {
    const versions = this.lanes.get(lane);
    if (!body || !versions || typeof body.version !== "number") return body;
    const own = Math.min(...fieldsOf(body).map((field) => versions.get(field) ?? 0));
    return own > body.version ? { ...body, version: own } : body;
  }
}

/**
 * Those of `items` to send now: in order within a lane, nothing behind one that is on its way. A backlog goes out one by
 * one, in the order in which it was made; what is fresh need not wait for other things.
 */
export function nextOf(items: readonly Waiting[], busy: ReadonlySet<string>): Waiting[] {
  const open = items.filter((item) => item.state !== "refused");
  if (open.some((item) => item.state === "waiting")) return busy.size > 0 ? [] : open.slice(0, 1);
  const taken = new Set(busy);
  return open.filter((item) => !taken.has(item.lane) && taken.add(item.lane));
}
