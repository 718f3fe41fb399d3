import type { ComponentType } from "react";

import { AuditSection } from "./AuditSection";
import { BackupsSection } from "./BackupsSection";
import { JobsSection } from "./JobsSection";
import { PeopleSection } from "./PeopleSection";
import { StateSection } from "./StateSection";

export interface Section {
  /** In the address; the first one is the page itself. */
  path: string;
  name: string;
  Face: ComponentType;
}

/** What admins of the server have, in order. */
export const sections: readonly Section[] = [
  { path: "state", name: "State", Face: StateSection },
  { path: "people", name: "People", Face: PeopleSection },
  { path: "backups", name: "Backups", Face: BackupsSection },
  { path: "jobs", name: "Jobs", Face: JobsSection },
  { path: "audit", name: "Audit log", Face: AuditSection },
];
