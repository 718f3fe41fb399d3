import { EmptyFace } from "@/ui/Faces";

export function WorkspaceSettings() {
  return <EmptyFace title="WorkspaceSettings" />;
}
