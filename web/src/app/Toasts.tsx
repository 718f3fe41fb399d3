import { useNotifications } from "@mantine/notifications";
import { lazy, Suspense, useEffect, useState } from "react";

import { loadEarly, patiently } from "@/lib/idle";

const load = () => patiently(() => import("./ToastList"));
const ToastList = lazy(load);

/** What shows the toasts is fetched after the first page: the first toast may well say that the network is gone. */
export function Toasts() {
  const { notifications } = useNotifications();
  const [used, setUsed] = useState(false);
  useEffect(() => loadEarly(load), []);
  if (notifications.length > 0 && !used) setUsed(true);
  return <Suspense>{used && <ToastList />}</Suspense>;
}
