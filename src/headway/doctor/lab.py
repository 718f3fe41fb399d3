"""What the last run of the load lab on this machine said."""

from pathlib import Path

from headway.console import CannotStart
from headway.doctor.findings import Finding
from headway.runs import kept

GROUP = "Lab"


def last_lab_run(home: Path) -> Finding:
    """The newest run and its verdicts. That a claim does not hold is no fault of the installation."""
    runs, damaged = kept.look_through(home)
    if not runs:
        if damaged:
            return Finding(GROUP, "Last lab run", "warning", damaged[0], f"Delete it from {kept.folder(home)}")
        return Finding(GROUP, "Last lab run", "not set up", "none yet on this machine", "headway lab run")
    last = runs[0]
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in last.verdicts.items())
    figure = f"{last.started_at:%Y-%m-%d %H:%M} UTC: {verdicts or 'no claims'}"
    try:
        kept.load(home, last.id)
    except CannotStart as error:
        return Finding(GROUP, "Last lab run", "warning", str(error), "headway lab run")
    if last.ended != "finished":
        return Finding(GROUP, "Last lab run", "warning", f"{figure} ({last.ended})", "headway lab run")
    return Finding(GROUP, "Last lab run", "ok", figure)
