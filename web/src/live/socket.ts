import type { EventOut } from "@/api/types";

export const SILENCE = 10_000;
/** The server says something every 4 s: this long without is a doubt, and shown as one. */
export const DOUBT = 7_000;
const PING_EVERY = 4_000;
/** Two signs of life in this time are one too many. */
const PING_APART = 3_000;
const CHECK_WITHIN = 3_000;
/** A timer that comes so much later than asked for: the page slept, and what was said meanwhile is not read yet. */
const ASLEEP = 2_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 20_000;
const SIGNED_OUT = 4401;

type Message =
  | { type: "hello"; person_id: string }
  | { type: "following"; topic: string; revision: number }
  | ({ type: "event" } & EventOut)
  | { type: "reload"; topic: string; revision: number }
  | { type: "skip"; topic: string; revision: number }
  | { type: "gone"; topic: string }
  | { type: "presence"; topic: string; people: Present[] }
  | { type: "beat" }
  | { type: "pong" };

/** Somebody's window that shows something of a topic, as the server tells it. */
export interface Present {
  person_id: string;
  connection: string;
  task_id: string | null;
  typing: boolean;
  since: string;
}

/** What this tab shows: told to the others who follow the topic. */
export interface Here {
  topic: string;
  task_id: string | null;
  typing: boolean;
}

interface Options {
  open: () => WebSocket;
  /** The events after a revision, or null when there are too many to tell one by one. */
  missing: (topic: string, after: number) => Promise<EventOut[] | null>;
  onEvent: (event: EventOut) => void;
  onReload: (topic: string) => void;
  onGone: (topic: string) => void;
  onSignedOut: () => void;
  /** What this person may see has changed. */
  onAccess: () => void;
  /** The whole list of who is there. */
  onPresence?: (topic: string, people: Present[]) => void;
}

interface Topic {
  /** The last revision that was handed on. Reopening resumes from here. */
  revision: number;
  following: boolean;
  /** Events that came while earlier ones are being asked for. */
  waiting: EventOut[] | null;
}

/** "live", "catching-up", or "offline" with the last moment something was heard. */
export type LiveState = "live" | "catching-up" | `offline ${string}`;

/** The tab's one connection: opens again when it breaks, and hands on each topic's events in order, none twice. */
export class LiveSocket {
  private readonly topics = new Map<string, Topic>();
  /** Closed to me. Those in `doubted` may be open again by now, which following them will tell. */
  private readonly gone = new Set<string>();
  private readonly doubted = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private socket: WebSocket | null = null;
  private isOpen = false;
  private person: string | null = null;
  private here: Here | null = null;
  private attempts = 0;
  private heardAt = Date.now();
  private sentAt = 0;
  private inDoubt = false;
  private personRevision: number | null = null;
  private stopped = true;
  private again: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private doubt: ReturnType<typeof setTimeout> | undefined;
  private ping: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly options: Options) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.attempts = 0;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.again);
    this.drop();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  stateOf(topic: string): LiveState {
    if (!this.isOpen && this.attempts > 1) return `offline ${new Date(this.heardAt).toISOString()}`;
    const followed = this.topics.get(topic);
    const sound = this.isOpen && !this.inDoubt;
    return sound && followed?.following && followed.waiting === null ? "live" : "catching-up";
  }

  /** Whose session the connection speaks for, null while there is none; `down`: it fails to open. */
  connection(): { person: string | null; down: boolean } {
    return { person: this.isOpen ? this.person : null, down: !this.isOpen && this.attempts > 1 };
  }

  /** What this tab shows, repeated after every cut; null when it shows nothing of interest. */
  setHere(here: Here | null): void {
    this.here = here;
    this.send(here ? { type: "here", ...here } : { type: "away" });
  }

  isGone = (topic: string): boolean => this.gone.has(topic);
  revisionOf = (topic: string): number | undefined => this.topics.get(topic)?.revision;
  followed = (): string[] => [...this.topics.keys()];

  /** Asks for everything after `revision`. One that is followed already goes on from where it is. */
  follow(topic: string, revision: number): void {
    if (this.topics.has(topic) || (this.gone.has(topic) && !this.doubted.has(topic))) return;
    this.topics.set(topic, { revision, following: false, waiting: null });
    this.send({ type: "follow", topics: { [topic]: revision } });
    this.tell();
  }

  leave(topic: string): void {
    if (this.topics.delete(topic)) this.send({ type: "leave", topics: [topic] });
  }

  /** Access changed: what was closed may be open again. */
  forgive(): void {
    for (const topic of this.gone) this.doubted.add(topic);
  }

  /** The network or the page came back: do not wait for the next attempt, and do not trust a quiet connection. */
  wake = (): void => {
    if (this.stopped) return;
    if (!this.socket) {
      clearTimeout(this.again);
      this.connect();
    } else if (this.isOpen && Date.now() - this.heardAt > SILENCE) this.lost();
    else if (this.isOpen) this.check();
  };

  /** Asks for a sign of life. Until it comes nobody says that the screen is live. */
  private check(): void {
    this.send({ type: "ping" });
    this.setDoubt(Date.now() - this.heardAt > DOUBT);
    this.listenFor(CHECK_WITHIN);
  }

  private setDoubt(inDoubt: boolean): void {
    if (inDoubt === this.inDoubt) return;
    this.inDoubt = inDoubt;
    this.tell();
  }

  /** The browser says the network is gone: no need to find that out by waiting. */
  sleep = (): void => {
    if (this.stopped) return;
    clearTimeout(this.again);
    this.attempts = Math.max(this.attempts, 2);
    this.lost();
  };

  private connect(): void {
    if (this.stopped) return;
    const socket = this.options.open();
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (message: MessageEvent<string>) => {
      if (socket === this.socket) this.hear(JSON.parse(message.data) as Message);
    };
    socket.onclose = (event) => {
      if (socket !== this.socket) return;
      if (event.code === SIGNED_OUT) {
        this.stop();
        this.options.onSignedOut();
      } else this.lost();
    };
    // A handshake can hang for minutes on a dead network.
    this.listenFor(SILENCE);
  }

  private opened(): void {
    this.isOpen = true;
    this.sentAt = Date.now();
    this.heard();
    this.ping = setInterval(() => this.signOfLife(), PING_EVERY);
    if (this.topics.size > 0) {
      const topics = Object.fromEntries([...this.topics].map(([name, topic]) => [name, topic.revision]));
      this.send({ type: "follow", topics });
    }
    if (this.here) this.send({ type: "here", ...this.here });
    this.tell();
  }

  private lost(): void {
    this.drop();
    if (this.stopped) return;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.attempts) * (0.5 + Math.random() / 2);
    this.attempts += 1;
    this.again = setTimeout(() => this.connect(), wait);
    this.tell();
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    this.isOpen = false;
    this.person = null;
    this.inDoubt = false;
    clearTimeout(this.silence);
    clearTimeout(this.doubt);
    clearInterval(this.ping);
    for (const topic of this.topics.values()) topic.following = false;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.tell();
  }

  private heard(): void {
    this.heardAt = Date.now();
    this.setDoubt(false);
    this.listenFor(SILENCE);
    clearTimeout(this.doubt);
    this.doubt = setTimeout(() => this.isOpen && this.setDoubt(true), DOUBT);
    // Browsers slow the timers of a hidden page down to one a minute, but hand on its messages: the server's beat is
    // what its answer hangs on, or a tab in the background would be thrown out every ten seconds.
    this.signOfLife();
  }

  private signOfLife(): void {
    if (Date.now() - this.sentAt >= PING_APART) this.send({ type: "ping" });
  }

  private listenFor(patience: number): void {
    clearTimeout(this.silence);
    const due = Date.now() + patience;
    this.silence = setTimeout(() => {
      if (this.isOpen && Date.now() - due > ASLEEP) this.check();
      else this.lost();
    }, patience);
  }

  private send(message: object): void {
    if (!this.isOpen) return;
    this.sentAt = Date.now();
    this.socket?.send(JSON.stringify(message));
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  private hear(message: Message): void {
    this.heard();
    // Only a server that talks has really answered: a proxy may accept the connection and drop it.
    this.attempts = 0;
    switch (message.type) {
      case "hello":
        this.person = message.person_id;
        return this.tell();
      case "presence":
        return this.options.onPresence?.(message.topic, message.people);
      case "event":
        return this.take(message);
      case "skip":
        return this.skip(message.topic, message.revision);
      case "following":
        return this.caughtUp(message.topic, message.revision);
      case "reload":
        return this.reload(message.topic, message.revision);
      case "gone":
        this.topics.delete(message.topic);
        this.gone.add(message.topic);
        this.doubted.delete(message.topic);
        this.tell();
        return this.options.onGone(message.topic);
      default:
        return undefined;
    }
  }

  private caughtUp(name: string, revision: number): void {
    if (name.startsWith("person:")) {
      // What was told to me while the connection was cut is not told again.
      if (this.personRevision !== null && this.personRevision !== revision) this.options.onAccess();
      this.personRevision = revision;
      return;
    }
    const topic = this.topics.get(name);
    if (!topic) return;
    topic.following = true;
    this.gone.delete(name);
    this.tell();
  }

  private reload(name: string, revision: number): void {
    const topic = this.topics.get(name);
    if (!topic) return;
    topic.revision = revision;
    topic.following = true;
    this.options.onReload(name);
    this.tell();
  }

  private take(event: EventOut): void {
    if (event.topic.startsWith("person:")) {
      this.personRevision = event.revision;
      if (event.kind === "access.changed") this.options.onAccess();
      else this.options.onEvent(event);
      return;
    }
    const topic = this.topics.get(event.topic);
    if (!topic || event.revision <= topic.revision) return;
    if (topic.waiting) topic.waiting.push(event);
    else if (event.revision === topic.revision + 1) this.pass(topic, event);
    else void this.fill(topic, event);
  }

  /** What happened until then is not mine to see. */
  private skip(name: string, revision: number): void {
    const topic = this.topics.get(name);
    if (topic && revision > topic.revision && !topic.waiting) topic.revision = revision;
  }

  private pass(topic: Topic, event: EventOut): void {
    topic.revision = event.revision;
    if (event.kind === "reload") this.options.onReload(event.topic);
    else this.options.onEvent(event);
  }

  /** Something is missing between what was applied and this event: ask for it, and hold back what comes meanwhile. */
  private async fill(topic: Topic, event: EventOut): Promise<void> {
    topic.waiting = [event];
    this.tell();
    try {
      const missed = await this.options.missing(event.topic, topic.revision);
      const held: EventOut[] = topic.waiting;
      topic.waiting = null;
      if (missed === null) {
        topic.revision = held[held.length - 1]?.revision ?? event.revision;
        this.options.onReload(event.topic);
      } else {
        for (const one of missed) if (one.revision > topic.revision) this.pass(topic, one);
        // A page leaves out what is not mine to see: all before the event that showed the gap has been told.
        topic.revision = Math.max(topic.revision, event.revision - 1);
        for (const one of held) this.take(one);
      }
    } catch {
      // The next event, or the next connection, asks again from the same revision.
      topic.waiting = null;
    }
    this.tell();
  }
}
