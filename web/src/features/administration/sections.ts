import type { ComponentType } from "react";

import { BackupsSection } from "./BackupsSection";
import { JobsSection } from "./JobsSection";

export interface Section {
  /** In the address; the first one is the page itself. */
  path: string;
  name: string;
  Face: ComponentType;
}

/** What admins of the server have, in order. */
export const sections: readonly Section[] = [
  { path: "backups", name: "Backups", Face: BackupsSection },
  { path: "jobs", name: "Jobs", Face: JobsSection },
];
