import type { Waiting } from "./waiting";

/** Where what waits is kept, so that it outlives the tab. */
export interface Store {
  all(): Waiting[];
  get(id: string): Waiting | null;
  /** Whether it is kept. */
  put(item: Waiting): boolean;
  remove(id: string): void;
  /** Another tab changed something. */
  subscribe(listener: (removed: boolean) => void): () => void;
}

/**
 * localStorage, one entry for each item: written before this line returns, so a crash a moment later loses nothing, and
 * other tabs are told of it. IndexedDB holds more, but not at once; what waits is small.
 */
export class BrowserStore implements Store {
  private readonly prefix: string;

  constructor(person: string) {
    this.prefix = `headway-waiting-${person}-`;
  }

  all(): Waiting[] {
    try {
      const names = Object.keys(localStorage).filter((name) => name.startsWith(this.prefix));
      return names.toSorted().map((name) => this.read(name)).filter((item) => item !== null);
    } catch {
      return [];
    }
  }

  get = (id: string) => this.read(this.prefix + id);

  put(item: Waiting): boolean {
    try {
      localStorage.setItem(this.prefix + item.id, JSON.stringify(item));
      return true;
    } catch {
      // Storage is off or full: it waits in this tab's memory only.
      return false;
    }
  }

  remove(id: string): void {
    try {
      localStorage.removeItem(this.prefix + id);
    } catch {
      // There was nothing to remove.
    }
  }

  subscribe(listener: (removed: boolean) => void): () => void {
    const changed = (event: StorageEvent) => {
      if (event.key === null || event.key.startsWith(this.prefix)) listener(event.newValue === null);
    };
    addEventListener("storage", changed);
    return () => removeEventListener("storage", changed);
  }

  private read(name: string): Waiting | null {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(name) ?? "null");
      return kept !== null && typeof kept === "object" && "lane" in kept ? (kept as Waiting) : null;
    } catch {
      return null;
    }
  }
}

const LEASE = 30_000;
const pause = (time: number) => new Promise((resume) => setTimeout(resume, time));

/** Runs while no other tab does anything under this name. Web Locks end with their tab, so a crash blocks nobody. */
export async function alone<T>(name: string, run: () => Promise<T>): Promise<T> {
  // Over plain http browsers have no locks. A lease may fail when two tabs come in the same instant, and then the
  // Idempotency-Key and the versions still keep anything from happening twice.
  if (typeof navigator === "undefined" || !("locks" in navigator)) return leased(`headway-lease-${name}`, run);
  return await navigator.locks.request(`headway-${name}`, run);
}

async function leased<T>(key: string, run: () => Promise<T>): Promise<T> {
  const mine = `${Math.random()}`;
  const held = () => {
    const [owner, until] = (localStorage.getItem(key) ?? "").split(" ");
    return Number(until) > Date.now() ? owner : undefined;
  };
  try {
    while (held() !== mine) {
      if (held() !== undefined) {
        await pause(200);
        continue;
      }
      localStorage.setItem(key, `${mine} ${Date.now() + LEASE}`);
      await pause(20);
    }
  } catch {
    return await run();
  }
  try {
    return await run();
  } finally {
    localStorage.removeItem(key);
  }
}
