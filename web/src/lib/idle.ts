/** Runs when the browser has nothing better to do. Returns how to call it off. */
export function whenIdle(run: () => void): () => void {
  if (typeof requestIdleCallback === "function") {
    const handle = requestIdleCallback(run, { timeout: 5000 });
    return () => cancelIdleCallback(handle);
  }
  const timer = setTimeout(run, 1500);
  return () => clearTimeout(timer);
}

// Milliseconds until code that could not be fetched is asked for again.
const AGAIN = 3000;

/**
 * Code for what opens over a screen. While the server cannot be reached it is waited for: a refusal would take the
 * whole screen away, and with it the words that the server cannot be reached.
 */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}

/** Fetches code before it is wanted; `load` is patient. */
export function loadEarly(load: () => Promise<unknown>): () => void {
  return whenIdle(() => void load());
}
