import type { Here, Present } from "./socket";

/** Somebody else, once, however many windows they have open. */
export interface Other {
  person_id: string;
  tasks: readonly string[];
  /** The tasks in which they are writing at this moment. */
  typing: readonly string[];
}

/** Between two tellings. The server takes one in five seconds on average, and short bursts. */
export const APART = 1_000;
const nobody: readonly Other[] = [];

/** The others of a list, in the order in which they came; my own windows are not somebody else. */
export function othersOf(people: readonly Present[], me: string): readonly Other[] {
  const found = new Map<string, { tasks: Set<string>; typing: Set<string> }>();
  for (const one of people.toSorted((first, second) => (first.since < second.since ? -1 : 1))) {
    if (one.person_id === me) continue;
    const other = found.get(one.person_id) ?? { tasks: new Set<string>(), typing: new Set<string>() };
    if (one.task_id) other.tasks.add(one.task_id);
    if (one.task_id && one.typing) other.typing.add(one.task_id);
    found.set(one.person_id, other);
  }
  return [...found].map(([person_id, { tasks, typing }]) => ({ person_id, tasks: [...tasks], typing: [...typing] }));
}

/** Who is where, and what this tab says about itself: only what changed, and not too often. */
export class PresenceBook {
  private readonly topics = new Map<string, readonly Other[]>();
  private readonly listeners = new Set<() => void>();
  private readonly shown: Here[] = [];
  private readonly writing = new Set<string>();
  private told = "null";
  private toldAt = 0;
  private later: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly me: string,
    private readonly send: (here: Here | null) => void,
  ) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  othersAt = (topic: string): readonly Other[] => this.topics.get(topic) ?? nobody;

  set = (topic: string, people: readonly Present[]): void => {
    const next = othersOf(people, this.me);
    // The same people again must not draw a board anew.
    if (JSON.stringify(next) === JSON.stringify(this.othersAt(topic))) return;
    this.topics.set(topic, next.length > 0 ? next : nobody);
    for (const listener of this.listeners) listener();
  };

  /** The connection is cut: nobody knows who is there. */
  forget(): void {
    if (this.topics.size === 0) return;
    this.topics.clear();
    for (const listener of this.listeners) listener();
  }

  /** This tab shows something of a topic, maybe one task of it. The last one shown is what counts. Returns how to end it. */
  show(topic: string, task: string | null): () => void {
    const one: Here = { topic, task_id: task, typing: false };
    this.shown.push(one);
    this.plan();
    return () => {
      this.shown.splice(this.shown.indexOf(one), 1);
      this.plan();
    };
  }

  write(task: string, on: boolean): void {
    if (on === this.writing.has(task)) return;
    if (on) this.writing.add(task);
    else this.writing.delete(task);
    this.plan();
  }

  private plan(): void {
    if (this.later !== undefined) return;
    // From one task to the next is an end and a beginning in one breath: told once.
    const wait = Math.max(0, this.toldAt + APART - Date.now());
    this.later = setTimeout(() => {
      this.later = undefined;
      this.tell();
    }, wait);
  }

  private tell(): void {
    // A task that is open says more than the board below it.
    const one = this.shown.findLast((here) => here.task_id !== null) ?? this.shown.at(-1);
    const here = one ? { ...one, typing: one.task_id !== null && this.writing.has(one.task_id) } : null;
    const words = JSON.stringify(here);
    if (words === this.told) return;
    this.told = words;
    this.toldAt = Date.now();
    this.send(here);
  }
}
