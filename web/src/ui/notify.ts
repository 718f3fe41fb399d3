import { notifications } from "@mantine/notifications";

import { sentenceOf } from "@/lib/problem";

/** A toast at the bottom. Only for what has no better place on the screen. */
export function notify(message: string): void {
  notifications.show({ message, autoClose: 4000, withCloseButton: true });
}

/** For changes that were shown before the server agreed, and are taken back. */
export function notifyProblem(error: unknown): void {
  notifications.show({ message: sentenceOf(error), color: "red", autoClose: 8000 });
}
