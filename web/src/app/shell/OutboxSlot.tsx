import { lazy, Suspense, useEffect } from "react";

import { OutboxNews } from "@/features/outbox/News";
import { useOpened } from "@/features/outbox/opened";
import { loadEarly, patiently } from "@/lib/idle";

const load = () => patiently(() => import("@/features/tasks/RefusedDialog"));
const RefusedDialog = lazy(() => load().then((file) => ({ default: file.RefusedDialog })));

/** What tells of writes that waited, and the dialog for those that were refused: fetched early, wanted seldom. */
export function OutboxSlot() {
  const opened = useOpened();
  useEffect(() => loadEarly(load), []);
  return (
    <>
      <OutboxNews />
      <Suspense>{opened !== null && <RefusedDialog />}</Suspense>
    </>
  );
}
