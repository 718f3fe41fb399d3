import type { EventOut } from "@/api/types";
import { localId } from "@/lib/insecure";
import { isProblem, ProblemError } from "@/lib/problem";

import type { Store } from "./outboxStore";
import { isEventOf, isPassing, joined, nextOf, OwnVersions, type Waiting, type Write } from "./waiting";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** A fresh write without an answer for this long is shown as waiting. The request goes on. */
const PATIENCE = 3_000;
/** Another tab has this long to send what it made, before this one takes it over. */
const GRACE = 5_000;
/** What another tab has sent stays shown here until its event is likely to have come. */
const LINGER = 600;

export interface Answer {
  data: unknown;
  /** Texts that hold somebody else's edits too. */
  merged: string | null;
  /** The change set it made: what undo goes by. */
  change?: string | null;
}

interface Options {
  person: string;
  store: Store;
  send: (item: Waiting) => Promise<Answer>;
  /** Whose session this browser holds now. */
  whoAmI: () => Promise<string | null>;
  /** Runs while no other tab does anything under this name. */
  alone: <T>(name: string, run: () => Promise<T>) => Promise<T>;
  onSaved: (item: Waiting, answer: Answer) => void;
  /** `awaited`: whoever made it is told as well. */
  onRefused: (item: Waiting, awaited: boolean) => void;
  /** Something that waited is saved, and nothing waits any more. */
  onCaughtUp?: (count: number) => void;
  /** The session is over, or somebody else's. */
  onStranger: () => void;
}

interface Awaited {
  resolve: (answer: Answer | null) => void;
  reject: (error: unknown) => void;
  timer: ReturnType<typeof setTimeout>;
}

/**
 * Every write of a person goes through here: kept in this browser before it is sent, sent in order, sent again with the
 * same key until the server has answered, and taken away only then. So neither a lost connection nor a crash loses it.
 *
 * TanStack Query can pause and persist mutations, and was weighed: it keeps them as one blob of the whole client, knows
 * no person, no other tab and no order beyond one scope, goes by navigator.onLine, and resumes only where the mutation's
 * code is loaded. What is needed here is those five things.
 */
export class Outbox {
  private items: readonly Waiting[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly busy = new Set<string>();
  private readonly awaited = new Map<string, Awaited>();
  /** In memory only, because the browser would not keep them. */
  private readonly unkept = new Map<string, Waiting>();
  private readonly own = new OwnVersions();
  private readonly tab = localId().slice(0, 12);
  private stopped = true;
  private stranded = false;
  private sure = false;
  private down = false;
  private failures = 0;
  private caughtUp = 0;
  private count = 0;
  private again: ReturnType<typeof setTimeout> | undefined;
  private later: ReturnType<typeof setTimeout> | undefined;
  private unsubscribe = () => {};

  constructor(private readonly options: Options) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.stranded = false;
    this.unsubscribe = this.options.store.subscribe((removed) => {
      // Its event is on the way: taken away at once, what it showed would jump back for a moment.
      setTimeout(() => this.read(), removed ? LINGER : 0);
    });
    this.read();
  }

  stop(): void {
    this.stopped = true;
    this.unsubscribe();
    clearTimeout(this.again);
    clearTimeout(this.later);
  }

  all = (): readonly Waiting[] => this.items;
  isSending = (item: Waiting): boolean => this.busy.has(item.lane);
  /** Whether this outlives the tab. */
  isKept = (item: Waiting): boolean => !this.unkept.has(item.id);

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /**
   * Sends a write, now or when it can be. The server's answer; null when it has to wait. Rejects with what the server
   * said no to while its maker still looked on; a conflict is kept besides, until somebody has settled it.
   */
  add(write: Write): Promise<Answer | null> {
    const last = this.items.findLast((item) => item.lane === write.lane);
    const one = last && !this.busy.has(last.lane) && !this.awaited.has(last.id) ? joined(last, write) : null;
    this.count += 1;
    const item: Waiting = {
      ...(one ?? write),
      // A new name also for two as one: another tab may be sending the first of them, and takes away only that.
      id: `${Date.now().toString(36).padStart(9, "0")}-${String(this.count).padStart(4, "0")}-${localId().slice(0, 16)}`,
      person: this.options.person,
      tab: this.tab,
      at: new Date().toISOString(),
      tries: 0,
      state: one?.state ?? "fresh",
    };
    this.keep(item);
    if (one) this.forget(one.id);
    const promise = new Promise<Answer | null>((resolve, reject) => {
      const timer = setTimeout(() => this.giveUp(item.id), this.down ? 0 : PATIENCE);
      this.awaited.set(item.id, { resolve, reject, timer });
    });
    this.pump();
    return promise;
  }

  /** Not to be sent any more; a settled conflict, too. What is on its way cannot be called back. */
  drop(id: string): void {
    this.forget(id);
    this.tell();
  }

  /** Once more what was refused: rights and things come back. */
  retry(id: string): void {
    const item = this.items.find((one) => one.id === id);
    if (!item) return;
    const { refusal: _refusal, ...rest } = item;
    this.keep({ ...rest, state: "waiting" });
    this.wake();
  }

  /** The connection may be back: no more waiting. */
  wake = (): void => {
    clearTimeout(this.again);
    this.again = undefined;
    this.failures = 0;
    this.pump();
  };

  /** What the live socket knows: whose session it speaks for while it is open, and whether it fails to open. */
  connection(person: string | null, down: boolean): void {
    this.down = down;
    const sure = person === this.options.person;
    if (sure === this.sure) return;
    this.sure = sure;
    if (!sure) return;
    // Signed out and in again as the same person, maybe.
    if (this.stranded) this.start();
    this.wake();
  }

  /** An event that came: what I made is there, and must not be shown twice while its answer is on the way. */
  met(event: EventOut): void {
    const item = this.items.find((one) => isEventOf(one, event));
    if (item) this.keep({ ...item, met: true });
  }

  /** Somebody else may have signed in with this browser. */
  doubt = (): void => void (this.sure = false);

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  private read(): void {
    if (this.stopped) return;
    const kept = this.options.store.all().filter((item) => item.person === this.options.person);
    const mine = (item: Waiting) => item.tab === this.tab || item.state !== "fresh" || Date.parse(item.at) < Date.now() - GRACE;
    // What another tab made a moment ago is that tab's to send. If it died, the item grows old here.
    clearTimeout(this.later);
    if (!kept.every(mine)) this.later = setTimeout(() => this.read(), GRACE);
    const shown = kept.filter(mine).map((item): Waiting => (item.state === "fresh" && item.tab !== this.tab ? { ...item, state: "waiting" } : item));
    this.items = [...shown, ...this.unkept.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
    this.tell();
    this.pump();
  }

  private keep(item: Waiting): void {
    if (this.options.store.put(item)) this.unkept.delete(item.id);
    else this.unkept.set(item.id, item);
    const place = this.items.findIndex((one) => one.id === item.id);
    this.items = place < 0 ? [...this.items, item] : this.items.with(place, item);
    this.tell();
  }

  private forget(id: string): void {
    this.options.store.remove(id);
    this.unkept.delete(id);
    this.items = this.items.filter((item) => item.id !== id);
    this.release(id, (one) => one.resolve(null));
  }

  private release(id: string, how: (one: Awaited) => void): boolean {
    const one = this.awaited.get(id);
    if (!one) return false;
    clearTimeout(one.timer);
    this.awaited.delete(id);
    how(one);
    return true;
  }

  /** Its maker need not wait longer: it is kept, and shown as waiting. */
  private giveUp(id: string): void {
    const item = this.items.find((one) => one.id === id);
    if (item?.state === "fresh") this.keep({ ...item, state: "waiting" });
    this.release(id, (one) => one.resolve(null));
  }

  private pump(): void {
    if (this.stopped || this.again !== undefined) return;
    for (const item of nextOf(this.items, this.busy)) {
      this.busy.add(item.lane);
      void this.options
        .alone(`${this.options.person}-${item.lane}`, () => this.sendOne(item.id))
        // The page is going away; what waits is kept.
        .catch(() => undefined)
        .finally(() => {
          this.busy.delete(item.lane);
          this.tell();
          this.pump();
        });
    }
  }

  private async sendOne(id: string): Promise<void> {
    // Another tab may have sent it while this one waited for its turn.
    const look = () => this.unkept.get(id) ?? this.options.store.get(id);
    let item = look();
    if (!item || this.stopped) {
      if (!item) this.forget(id);
      return;
    }
    let answer: Answer;
    try {
      if (!(await this.isMe())) return;
      // While that was asked it may have been dropped, or written anew.
      const still = look();
      if (!still) {
        this.forget(id);
        return;
      }
      item = still;
      const sent: Waiting = { ...item, body: this.own.ground(item.lane, item.body), tries: item.tries + 1 };
      this.keep({ ...sent, state: this.items.find((one) => one.id === id)?.state ?? sent.state });
      answer = await this.options.send(sent);
    } catch (error) {
      const problem = isProblem(error) ? error : new ProblemError(0, "broken", String(error));
      const now = this.items.find((one) => one.id === id) ?? item;
      if (problem.status === 401) this.stranger();
      else if (isPassing(problem.status)) this.waitLonger(id);
      // Sent before without an answer, and gone now: that was us.
      else if (now.method === "DELETE" && now.tries > 1 && (problem.status === 404 || problem.status === 410))
        this.saved(now, { data: null, merged: null });
      else this.refused(now, problem);
      return;
    }
    this.saved(item, answer);
  }

  private async isMe(): Promise<boolean> {
    if (this.sure) return true;
    this.sure = (await this.options.whoAmI()) === this.options.person;
    if (!this.sure) this.stranger();
    return this.sure;
  }

  private stranger(): void {
    this.stop();
    this.stranded = true;
    this.sure = false;
    for (const id of [...this.awaited.keys()]) this.giveUp(id);
    this.options.onStranger();
  }

  private waitLonger(id: string): void {
    this.giveUp(id);
    // Whatever else is on its way will hear the same soon enough.
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures);
    this.failures += 1;
    clearTimeout(this.again);
    this.again = setTimeout(() => {
      this.again = undefined;
      this.pump();
    }, wait);
  }

  private saved(item: Waiting, answer: Answer): void {
    const waited = this.items.find((one) => one.id === item.id)?.state === "waiting";
    this.failures = 0;
    if (answer.data && typeof answer.data === "object" && "version" in answer.data) {
      this.own.learn(item, answer.data.version);
      // Those behind it were made on top of it. Kept, because after a reload nobody would know.
      for (const next of this.items)
        if (next.lane === item.lane && next.id > item.id) this.keep({ ...next, body: this.own.ground(next.lane, next.body) });
    }
    this.options.onSaved(item, answer);
    this.release(item.id, (one) => one.resolve(answer));
    this.forget(item.id);
    this.tell();
    if (waited) this.caughtUp += 1;
    if (this.caughtUp > 0 && !this.items.some((one) => one.state !== "refused")) {
      this.options.onCaughtUp?.(this.caughtUp);
      this.caughtUp = 0;
    }
  }

  private refused(item: Waiting, problem: ProblemError): void {
    this.failures = 0;
    const { status, code, detail, extra } = problem;
    const kept: Waiting = { ...item, state: "refused", refusal: { status, code, detail, extra } };
    const awaited = this.awaited.has(item.id) && !item.keeps;
    // Its maker has the words still, and says what became of them. A conflict is kept all the same: it is settled later.
    if (!awaited || Array.isArray(extra.conflicts)) this.keep(kept);
    else {
      this.items = this.items.filter((one) => one.id !== item.id);
      this.options.store.remove(item.id);
      this.unkept.delete(item.id);
      this.tell();
    }
    this.options.onRefused(kept, awaited);
    this.release(item.id, (one) => one.reject(problem));
  }
}
