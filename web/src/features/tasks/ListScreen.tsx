import { EmptyFace } from "@/ui/Faces";

export function ListScreen() {
  return <EmptyFace title="List" />;
}
