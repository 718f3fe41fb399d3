import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { EmptyFace } from "@/ui/Faces";
import { IconLock } from "@/ui/icons";

/** Somebody took my access away while I was looking. */
export function GoneFace({ slug }: { slug: string }) {
  return (
    <EmptyFace
      icon={<IconLock size={28} stroke={1.5} />}
      title="You no longer have access to this project"
      action={
        <Button variant="default" renderRoot={(props) => <Link to="/w/$slug" params={{ slug }} {...props} />}>
          All projects
        </Button>
      }
    >
      What you saved is kept. Ask an admin of the project if you still need it.
    </EmptyFace>
  );
}
