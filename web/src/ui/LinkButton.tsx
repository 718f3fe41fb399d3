import type { ButtonHTMLAttributes } from "react";

import classes from "./ui.module.css";

/** A button that reads as a link, within a sentence. */
export function LinkButton(props: ButtonHTMLAttributes<HTMLButtonElement>) {
  return <button type="button" {...props} className={classes.link} />;
}
