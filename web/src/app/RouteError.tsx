import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";

import { ErrorFace } from "@/ui/Faces";

/** A page that could not be opened: its guard or its code did not load, or it broke. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => void router.invalidate().then(reset);
  return <ErrorFace error={error} retry={again} />;
}
