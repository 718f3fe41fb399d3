import { EmptyFace } from "@/ui/Faces";

export function ProjectSettings() {
  return <EmptyFace title="ProjectSettings" />;
}
