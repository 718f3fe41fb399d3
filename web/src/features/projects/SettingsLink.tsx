import { ActionIcon } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { IconSettings } from "@/ui/icons";

/** The way from a project's views to its settings. */
export function SettingsLink({ slug, projectKey }: { slug: string; projectKey: string }) {
  return (
    <ActionIcon
      renderRoot={(props) => <Link to="/w/$slug/p/$key/settings" params={{ slug, key: projectKey }} {...props} />}
      aria-label="Project settings"
      title="Project settings"
    >
      <IconSettings size={16} />
    </ActionIcon>
  );
}
