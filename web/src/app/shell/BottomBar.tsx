import { Link } from "@tanstack/react-router";

import { runAction } from "@/lib/actions";
import { IconCircleCheck, IconLayoutKanban, IconPlus, IconSearch } from "@/ui/icons";

import classes from "./shell.module.css";

/** Phones only: four places a thumb reaches. */
export function BottomBar({ slug }: { slug: string }) {
  return (
    <nav className={classes.bottom} aria-label="Main">
      <Link to="/w/$slug/my-work" params={{ slug }} className={classes.bottomItem}>
        <IconCircleCheck size={20} stroke={1.75} aria-hidden />
        My work
      </Link>
      <Link to="/w/$slug" params={{ slug }} className={classes.bottomItem} activeOptions={{ exact: true }}>
        <IconLayoutKanban size={20} stroke={1.75} aria-hidden />
        Projects
      </Link>
      <button type="button" className={classes.bottomItem} onClick={() => runAction("task.create")}>
        <IconPlus size={20} stroke={1.75} aria-hidden />
        Create
      </button>
      <Link to="/w/$slug/search" params={{ slug }} className={classes.bottomItem}>
        <IconSearch size={20} stroke={1.75} aria-hidden />
        Search
      </Link>
    </nav>
  );
}
