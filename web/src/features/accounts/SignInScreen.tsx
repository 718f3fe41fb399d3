import { EmptyFace } from "@/ui/Faces";

export function SignInScreen() {
  return <EmptyFace title="SignInScreen" />;
}
