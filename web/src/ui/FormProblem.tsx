import { IconAlertCircle } from "./icons";
import classes from "./ui.module.css";

/** What the whole form was refused for. Announced when it appears. */
export function FormProblem({ problem }: { problem: string | null }) {
  return (
    <div role="alert" className={classes.problemPlace}>
      {problem && (
        <p className={classes.problem}>
          <IconAlertCircle size={16} className={classes.problemIcon} />
          <span>{problem}</span>
        </p>
      )}
    </div>
  );
}
