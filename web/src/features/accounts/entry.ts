import { useQueryClient } from "@tanstack/react-query";
import { useLocation, useRouter } from "@tanstack/react-router";

import type { MeOut } from "@/api/types";

import { meKey, setupKey } from "./api";

/** Who just came in, and where they go. Whatever was cached belonged to nobody or to somebody else. */
export function useEnter() {
  const queryClient = useQueryClient();
  const router = useRouter();
  return async (me: MeOut, next = "/", how: "push" | "replace" = "push") => {
    queryClient.clear();
    queryClient.setQueryData(meKey, me);
    await queryClient.invalidateQueries({ queryKey: setupKey });
    router.history[how](next);
  };
}

/** What follows # in the address: a secret that must reach no server's log. */
export function useSecretInAddress(): string {
  return useLocation({ select: (place) => place.hash });
}

/** Takes the secret out of a whole pasted link, or what was pasted as it is. */
export function secretOf(pasted: string): string {
  const trimmed = pasted.trim();
  return trimmed.includes("#") ? trimmed.slice(trimmed.indexOf("#") + 1) : trimmed;
}

export const accountWords = {
  name: "Tell us your name",
  email: "Your e-mail address is how you sign in",
  password: "Choose a password",
};

/** What is wrong with a new account's fields, said before asking the server, which has the last word. */
export function checkAccount({ email, password }: { email: string; password: string }): { email?: string; password?: string } {
  const short = checkPassword(password);
  const odd = email.trim() !== "" && !/^\S+@\S+$/.test(email.trim());
  return { ...(odd && { email: "An address looks like somebody@example.org" }), ...(short && { password: short }) };
}

/** The rule of the server, said before asking it. */
export function checkPassword(password: string): string | undefined {
  return password.length > 0 && password.length < 10 ? "Use 10 characters or more" : undefined;
}
