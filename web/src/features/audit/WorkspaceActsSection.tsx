import { Button } from "@mantine/core";
import { useState } from "react";

import { SettingsSection } from "@/ui/Settings";

import { Acts } from "./Acts";
import type { Wanted } from "./audit";

/** What was done with a privilege in one workspace; for its owners, who ask for it. */
export function WorkspaceActsSection({ workspace }: { workspace: string }) {
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState<Wanted>({});
  return (
    <SettingsSection
      title="Audit log"
      lead="Who changed roles, invited or removed people, or deleted something for good."
      action={
        !open && (
          <Button variant="default" onClick={() => setOpen(true)}>
            Show
          </Button>
        )
      }
    >
      {open && <Acts workspace={workspace} wanted={wanted} onWant={setWanted} />}
    </SettingsSection>
  );
}
