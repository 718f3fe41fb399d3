import classes from "./marks.module.css";

export function HumanId({ id }: { id: string }) {
  return <span className={classes.humanId}>{id}</span>;
}
