import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";

import { useAction } from "@/lib/actions";
import { patiently } from "@/lib/idle";

const KeySheet = lazy(() => patiently(() => import("./KeySheet")).then((file) => ({ default: file.KeySheet })));

/** The keys that work everywhere. */
export function GlobalKeys({ slug }: { slug: string }) {
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const group = "Go";
  const go = (to: "/w/$slug/my-work" | "/w/$slug" | "/w/$slug/search") => () => void navigate({ to, params: { slug } });

  useAction({ id: "go.my-work", title: "My work", group, keys: "g m", run: go("/w/$slug/my-work") });
  useAction({ id: "go.projects", title: "Projects", group, keys: "g p", run: go("/w/$slug") });
  useAction({ id: "go.search", title: "Search", group, keys: "/", run: go("/w/$slug/search") });
  useAction({ id: "help", title: "Keyboard shortcuts", group: "Help", keys: "?", run: () => setOpen(true) });

  return <Suspense>{open && <KeySheet onClose={() => setOpen(false)} />}</Suspense>;
}
