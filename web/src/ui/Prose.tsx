import classes from "./prose.module.css";

/** Text that people wrote in Markdown, rendered and cleaned by the server. */
export function Prose({ html }: { html: string }) {
  return <div className={classes.prose} dangerouslySetInnerHTML={{ __html: html }} />;
}
