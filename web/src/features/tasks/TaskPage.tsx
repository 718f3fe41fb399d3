import { EmptyFace } from "@/ui/Faces";

export function TaskPage() {
  return <EmptyFace title="Task" />;
}
