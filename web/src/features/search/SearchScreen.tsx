import { EmptyFace } from "@/ui/Faces";

export function SearchScreen() {
  return <EmptyFace title="Search" />;
}
