import { EmptyFace } from "@/ui/Faces";

export function JoinScreen() {
  return <EmptyFace title="JoinScreen" />;
}
