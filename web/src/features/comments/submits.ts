import type { KeyboardEvent } from "react";

/** Ctrl or Cmd with Enter sends what is being written. */
export const submits = (event: KeyboardEvent) => event.key === "Enter" && (event.ctrlKey || event.metaKey);
