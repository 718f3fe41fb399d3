import { EmptyFace } from "@/ui/Faces";

export function BoardScreen() {
  return <EmptyFace title="Board" />;
}
