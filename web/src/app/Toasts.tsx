import { useNotifications } from "@mantine/notifications";
import { lazy, Suspense, useState } from "react";

const ToastList = lazy(() => import("./ToastList"));

/** What shows the toasts is fetched with the first of them; they wait in their store. */
export function Toasts() {
  const { notifications } = useNotifications();
  const [used, setUsed] = useState(false);
  if (notifications.length > 0 && !used) setUsed(true);
  return <Suspense>{used && <ToastList />}</Suspense>;
}
