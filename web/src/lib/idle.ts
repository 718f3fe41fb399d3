/** Runs when the browser has nothing better to do. Returns how to call it off. */
export function whenIdle(run: () => void): () => void {
  if (typeof requestIdleCallback === "function") {
    const handle = requestIdleCallback(run, { timeout: 5000 });
    return () => cancelIdleCallback(handle);
  }
  const timer = setTimeout(run, 1500);
  return () => clearTimeout(timer);
}

/** Fetches code before it is wanted. Without a network it tries again when there is one; who wants it sooner will say. */
export function loadEarly(load: () => Promise<unknown>): () => void {
  return whenIdle(() => {
    load().catch(() => addEventListener("online", () => void load().catch(() => undefined), { once: true }));
  });
}
