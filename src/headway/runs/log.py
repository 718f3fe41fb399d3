"""What a run under way has told so far: `<home>/lab/running.jsonl`, so that every worker on this machine can show it.

The worker that started the run holds a lock on the file and appends to it. The kernel frees the lock with that
worker, so a log without an end and without a lock is of a run that was cut off.
"""

import fcntl
import os
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from headway.runs import kept
from headway.runs.answers import LabState
from headway.runs.schemas import Ended, Progress, Run, Shape

CUT_OFF = "Headway was stopped while it ran."


class Started(Shape):
    """The first line: who began it, and the process that measures."""

    at: datetime
    by: str
    quick: bool
    pid: int


class Line(Shape):
    """One line of the log: one of its fields is set, and names the event of the stream."""

    started: Started | None = None
    progress: Progress | None = None
    stopping: bool = False
    ended: Ended | None = None


def path(home: Path) -> Path:
    """Where the log is; it need not exist."""
    return kept.folder(home) / f"{kept.RUNNING}.jsonl"


def open_log(home: Path) -> int | None:
    """An empty log that nobody else writes, as a file descriptor; None where another worker's run is under way.

    Raises:
        OSError: the folder cannot be written.
    """
    kept.make_folder(kept.folder(home))
    file = os.open(path(home), os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    os.ftruncate(file, 0)
    return file


def append(file: int, line: Line) -> None:
    """Adds a line in one write, so that others never see two lines mixed."""
    os.write(file, line.model_dump_json(exclude_unset=True).encode() + b"\n")


def append_to(home: Path, line: Line) -> None:
    """Adds a line to the log of a run that another worker follows."""
    file = os.open(path(home), os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    try:
        append(file, line)
    finally:
        os.close(file)


def is_followed(home: Path) -> bool:
    """Whether some worker follows a run."""
    return kept.is_locked(path(home))


def lines(home: Path, offset: int = 0) -> tuple[list[bytes], int]:
    """The whole lines from an offset on, and the offset after them. A log begun anew is read from its start."""
    try:
        with path(home).open("rb") as file:
            if offset > os.fstat(file.fileno()).st_size:
                offset = 0
            file.seek(offset)
            read = file.read()
    except OSError:
        return [], 0
    whole = read[: read.rfind(b"\n") + 1]
    return whole.splitlines(), offset + len(whole)


def parsed(line: bytes) -> Line | None:
    """None for what is no line of a log, such as one that a full disk cut short."""
    try:
        return Line.model_validate_json(line)
    except ValidationError:
        return None


def state(home: Path) -> LabState:
    """The lab as it is now. Looks at the lock before the log: what ends in between is then seen as ended."""
    followed = is_followed(home)
    told, _ = lines(home)
    state = folded(told)
    if followed and state.ended is None:
        state.running = True
    elif kept.is_running(home):
        # Not ours: what the log says is of an earlier run.
        return nothing().model_copy(update={"running": True, "by_hand": True, "lines": len(told)})
    elif state.started_at is not None and state.ended is None:
        state.ended, state.problem = "interrupted", CUT_OFF
    return state


def nothing() -> LabState:
    return LabState(
        running=False, by_hand=False, started_at=None, started_by=None, quick=False, done=0, of=0, doing="",
        seconds_left=None, stopping=False, runs=[], claims=[], id=None, ended=None, problem=None, lines=0,
    )  # fmt: skip


def folded(told: list[bytes]) -> LabState:
    """All lines of a log, put together."""
    state, runs = nothing(), list[Run]()
    for line in filter(None, map(parsed, told)):
        if line.started:
            state.started_at, state.started_by, state.quick = line.started.at, line.started.by, line.started.quick
        elif progress := line.progress:
            state.done, state.of, state.doing = progress.done, progress.of, progress.doing
            state.seconds_left = progress.seconds_left
            state.claims = state.claims if progress.claims is None else progress.claims
            runs += [progress.run] if progress.run else []
        elif line.ended:
            state.id, state.ended, state.problem = line.ended.id or None, line.ended.ended, line.ended.problem
        state.stopping = state.stopping or line.stopping
    state.runs, state.lines = runs, len(told)
    return state
