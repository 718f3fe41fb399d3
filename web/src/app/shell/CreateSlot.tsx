import { lazy, Suspense, useEffect, useState } from "react";

import { runAction, useAction } from "@/lib/actions";
import { loadEarly, patiently } from "@/lib/idle";

const load = () => patiently(() => import("@/features/tasks/CreateTask"));
const CreateTask = lazy(() => load().then((file) => ({ default: file.CreateTask })));

/** The quick create dialog is fetched after the first page, and takes this action over once it is here. */
export function CreateSlot({ slug }: { slug: string }) {
  const [wanted, setWanted] = useState(false);
  const run = () => setWanted(true);
  useAction({ id: "task.create", title: "New task", group: "Task", keys: "c", enabled: !wanted, run });
  useEffect(() => loadEarly(load), []);
  return (
    <Suspense>
      {wanted && (
        <>
          <CreateTask slug={slug} />
          <OpenOnce />
        </>
      )}
    </Suspense>
  );
}

/** Stands after the dialog, so that its action is registered when this effect runs. */
function OpenOnce() {
  useEffect(() => {
    runAction("task.create");
  }, []);
  return null;
}
