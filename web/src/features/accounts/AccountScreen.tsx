import { EmptyFace } from "@/ui/Faces";

export function AccountScreen() {
  return <EmptyFace title="AccountScreen" />;
}
