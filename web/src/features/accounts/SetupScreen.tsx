import { EmptyFace } from "@/ui/Faces";

export function SetupScreen() {
  return <EmptyFace title="SetupScreen" />;
}
