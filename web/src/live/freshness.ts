import type { Freshness } from "@/ui/FreshnessLight";

/** How fresh the screen is for this project. */
export function useFreshness(_topic: string): Freshness {
  return { state: "live" };
}
