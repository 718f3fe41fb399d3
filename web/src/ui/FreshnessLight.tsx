import { timeWords } from "@/lib/dates";

import classes from "./marks.module.css";

export interface Freshness {
  state: "live" | "catching-up" | "offline";
  since?: Date | string | null;
}

export function freshnessWords({ state, since }: Freshness): string {
  if (state === "live") return "Live: you see changes as they happen";
  if (state === "catching-up") return "Catching up";
  return since ? `Offline since ${timeWords(since)}` : "Offline";
}

/** Steady when live, breathing while catching up, hollow with the time when offline. */
export function FreshnessLight(freshness: Freshness) {
  const words = freshnessWords(freshness);
  return (
    <span className={classes.light} data-state={freshness.state} role="status" aria-label={words} title={words}>
      <span className={classes.lamp} />
      {freshness.state === "offline" && (
        <span className={classes.lampWords} aria-hidden>
          {words.charAt(0).toLowerCase() + words.slice(1)}
        </span>
      )}
    </span>
  );
}
