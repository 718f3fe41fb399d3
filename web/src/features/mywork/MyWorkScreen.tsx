import { EmptyFace } from "@/ui/Faces";

export function MyWorkScreen() {
  return <EmptyFace title="My work" />;
}
