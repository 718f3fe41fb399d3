import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";

/** Off to the sign-in page, once, and back here afterwards. The address changes on the way, so it is read only now. */
export function SignedOut() {
  const navigate = useNavigate();
  useEffect(() => {
    void navigate({ to: "/sign-in", search: { next: location.pathname + location.search }, replace: true });
  }, [navigate]);
  return null;
}
