import type { Query, QueryClient, QueryMeta } from "@tanstack/react-query";

import { get } from "@/api/client";
import type { EventOut } from "@/api/types";

import type { Apply, Change } from "./apply";
import type { LiveSocket } from "./socket";

const KEEP = 500;
const LINGER = 30_000;

/** What a query says about itself to stay live. Nothing else here knows what it holds. */
export interface Live<T> {
  apply: Apply<T>;
  /** The topics to follow while somebody looks at it, each with the revision this data shows. */
  revisions?: (data: T) => Record<string, number>;
  /** Fetched again when what I may see has changed. */
  access?: boolean;
}

interface AnyLive {
  apply: (data: unknown, change: Change) => unknown;
  revisions: (data: unknown) => Record<string, number>;
  access: boolean;
}

/** For a query's `meta`. */
export function live<T>({ apply, revisions, access = false }: Live<T>): QueryMeta {
  const any: AnyLive = {
    apply: (data, change) => apply(data as T, change),
    revisions: (data) => (revisions && data !== undefined && data !== null ? revisions(data as T) : {}),
    access,
  };
  return { live: any };
}

const liveOf = (query: Query) => query.meta?.live as AnyLive | undefined;
const tellsRevisions = (query: Query) => Object.keys(liveOf(query)?.revisions(query.state.data) ?? {}).length > 0;
const refetch = (client: QueryClient, query: Query, cancelRefetch = true) =>
  void client.invalidateQueries({ queryKey: query.queryKey, exact: true }, { cancelRefetch });

/** Puts a change into everything cached that it concerns: the one way in, for events and for answers alike. */
export function tell(client: QueryClient, change: Change): void {
  for (const query of client.getQueryCache().getAll()) {
    const own = liveOf(query);
    const data: unknown = query.state.data;
    if (!own || data === undefined || data === null) continue;
    const next = own.apply(data, change);
    // One that is on its way may come, or many changes would starve it: should it be too old, `replay` asks once more.
    if (next === undefined) refetch(client, query, !tellsRevisions(query));
    else if (next !== data) client.setQueryData(query.queryKey, next);
  }
}

/** What I may see changed, or I was signed out. */
export function accessChanged(client: QueryClient): void {
  for (const query of client.getQueryCache().getAll()) if (liveOf(query)?.access) refetch(client, query);
}

/** The events after a revision; null when the server would rather have the snapshot fetched, or there are too many. */
export async function missing(topic: string, after: number): Promise<EventOut[] | null> {
  const found: EventOut[] = [];
  for (let page = 0; page < 5; page += 1) {
    const answer = await get<{ events: EventOut[]; more: boolean }>("/api/events", {
      topic,
      after: found[found.length - 1]?.revision ?? after,
      limit: 200,
    });
    found.push(...answer.events);
    if (!answer.more) return found;
  }
  return null;
}

/** Ties the query cache to the stream: follows what is looked at, and keeps a late snapshot from undoing a newer event. */
export class LiveCache {
  private readonly recent = new Map<string, EventOut[]>();
  private readonly leaving = new Map<string, ReturnType<typeof setTimeout>>();
  private planned = false;

  constructor(private readonly client: QueryClient) {}

  onEvent = (event: EventOut): void => {
    const kept = this.recent.get(event.topic) ?? [];
    kept.push(event);
    if (kept.length > KEEP) kept.splice(0, kept.length - KEEP);
    this.recent.set(event.topic, kept);
    tell(this.client, event);
  };

  /** Who else changed this thing last, as far as this tab has seen. */
  lastOther(thing: string, me: string): string | null {
    for (const events of this.recent.values()) {
      const last = events.findLast((event) => event.id === thing && event.by !== null && event.by !== me);
      if (last) return last.by;
    }
    return null;
  }

  onReload = (topic: string): void => {
    this.recent.delete(topic);
    for (const query of this.client.getQueryCache().getAll()) {
      const own = liveOf(query);
      if (!own || query.state.data === undefined) continue;
      const topics = Object.keys(own.revisions(query.state.data));
      // What names no topic of its own (one task, its comments) may belong to this one.
      if (topics.length === 0 || topics.includes(topic)) refetch(this.client, query);
    }
  };

  connect(socket: LiveSocket): () => void {
    const stop = this.client.getQueryCache().subscribe((event) => {
      if (!liveOf(event.query)) return;
      if (event.type === "updated" && event.action.type === "success") {
        if (!event.action.manual) this.replay(socket, event.query);
        this.plan(socket);
      } else if (event.type === "observerAdded" || event.type === "observerRemoved") this.plan(socket);
    });
    this.plan(socket);
    return () => {
      stop();
      for (const timer of this.leaving.values()) clearTimeout(timer);
      this.leaving.clear();
    };
  }

  /** A snapshot may be older than events that have been applied: they are applied to it again. */
  private replay(socket: LiveSocket, query: Query): void {
    const own = liveOf(query);
    let data: unknown = query.state.data;
    if (!own || data === undefined || data === null) return;
    const shown = own.revisions(data);
    const topics = Object.keys(shown).length > 0 ? Object.keys(shown) : [...this.recent.keys()];
    for (const topic of topics) {
      const after = shown[topic];
      const applied = socket.revisionOf(topic);
      const events = (this.recent.get(topic) ?? []).filter((event) => after === undefined || event.revision > after);
      if (after !== undefined && applied !== undefined && after < applied && events[0]?.revision !== after + 1) {
        refetch(this.client, query);
        return;
      }
      for (const event of events) {
        const next = own.apply(data, event);
        if (next === undefined && after !== undefined) {
          refetch(this.client, query);
          return;
        }
        data = next ?? data;
      }
    }
    if (data !== query.state.data) this.client.setQueryData(query.queryKey, data);
  }

  private plan(socket: LiveSocket): void {
    if (this.planned) return;
    this.planned = true;
    queueMicrotask(() => {
      this.planned = false;
      this.follow(socket);
    });
  }

  private follow(socket: LiveSocket): void {
    const wanted = new Map<string, number>();
    for (const query of this.client.getQueryCache().getAll()) {
      const own = liveOf(query);
      if (!own || !query.isActive()) continue;
      for (const [topic, revision] of Object.entries(own.revisions(query.state.data)))
        wanted.set(topic, Math.min(revision, wanted.get(topic) ?? revision));
    }
    for (const [topic, revision] of wanted) {
      clearTimeout(this.leaving.get(topic));
      this.leaving.delete(topic);
      socket.follow(topic, revision);
    }
    // Going from one view to the next must not cut the stream, so a topic lingers after the last look at it.
    for (const topic of socket.followed()) {
      if (wanted.has(topic) || this.leaving.has(topic)) continue;
      const timer = setTimeout(() => {
        this.leaving.delete(topic);
        this.recent.delete(topic);
        socket.leave(topic);
      }, LINGER);
      this.leaving.set(topic, timer);
    }
  }
}
