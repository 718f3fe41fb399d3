import { notifications } from "@mantine/notifications";

import { localId } from "@/lib/insecure";
import { sentenceOf, sentenceWith } from "@/lib/problem";

import classes from "./toast.module.css";

interface Toast {
  /** One sentence: what happened. */
  words: string;
  tone?: "plain" | "danger";
  action?: { name: string; run: () => void };
  /** One at a time of the same name. */
  id?: string;
}

/** A line at the foot of the page, with at most one thing to do about it. */
export function toast({ words, tone = "plain", action, id }: Toast): void {
  const name = id ?? localId();
  notifications.hide(name);
  notifications.show({
    id: name,
    autoClose: action ? 8000 : tone === "danger" ? 7000 : 4000,
    withBorder: false,
    withCloseButton: true,
    closeButtonProps: { "aria-label": "Close" },
    className: classes.toast ?? "",
    "data-tone": tone,
    role: tone === "danger" ? "alert" : "status",
    message: (
      <span className={classes.toastLine}>
        <span className={classes.toastWords}>{words}</span>
        {action && (
          <button
            type="button"
            className={classes.toastAction}
            onClick={() => {
              notifications.hide(name);
              action.run();
            }}
          >
            {action.name}
          </button>
        )}
      </span>
    ),
  });
}

/** What was refused, and what became of it: `kept` says so in a sentence. */
export function toastError(error: unknown, kept = ""): void {
  toast({ words: kept ? sentenceWith(error, kept) : sentenceOf(error), tone: "danger" });
}
