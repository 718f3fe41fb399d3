import { EmptyFace } from "@/ui/Faces";

export function ProjectsScreen() {
  return <EmptyFace title="ProjectsScreen" />;
}
