"""Runs that are kept: `<home>/lab/<id>.json`, its report beside it, and the lock that lets one run at a time.

Measurements belong to a machine, so they are files of its home and not rows of a database.
"""

import contextlib
import fcntl
import re
import secrets
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from headway.console import CannotStart
from headway.postgres.lock import NAME as LOCK
from headway.postgres.lock import Held, HomeLock
from headway.runs.answers import RunHeader
from headway.runs.schemas import Result

# Ids become names of files, so nothing else may be in one.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
RUNNING = "running"  # the name of the live log, and so no run's
LOCK_SECONDS = 1.0


class NoSuchRun(CannotStart):
    """There is no run of that id."""


class Running(CannotStart):
    """A lab run is under way in this home."""


class Damaged(CannotStart):
    """A file in the lab's folder that holds no run."""


def folder(home: Path) -> Path:
    """Where a home keeps its runs; it need not exist."""
    return home / "lab"


def save(home: Path, result: Result) -> None:
    """Keeps a run, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    write(file_of(home, result.id), result.model_dump_json(indent=1) + "\n")


def save_report(home: Path, run_id: str, html: str) -> None:
    """Keeps a run's page beside it."""
    write(file_of(home, run_id, ".html"), html)


def write(file: Path, text: str) -> None:
    """The file appears under its name when all of it is there."""
    make_folder(file.parent)
    # A name of its own, so that two who write at once do not write into each other's.
    new = file.with_name(f".{file.name}-{secrets.token_hex(4)}")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def make_folder(where: Path) -> None:
    where.mkdir(mode=0o700, parents=True, exist_ok=True)


def file_of(home: Path, run_id: str, suffix: str = ".json") -> Path:
    """Raises NoSuchRun for what cannot be an id."""
    if not ID.fullmatch(run_id) or run_id == RUNNING:
        raise NoSuchRun(f"There is no run {run_id[:80]!r}. List them: headway lab list")
    return folder(home) / f"{run_id}{suffix}"


def load(home: Path, run_id: str) -> Result:
    """A kept run.

    Raises:
        NoSuchRun: there is none of that id.
        Damaged: its file cannot be read as one.
    """
    file = file_of(home, run_id)
    try:
        return read(file)
    except FileNotFoundError:
        raise NoSuchRun(f"{folder(home)} holds no run {run_id}. List them: headway lab list") from None


def read(file: Path) -> Result:
    """Raises FileNotFoundError, or Damaged for what is no run."""
    try:
        return Result.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Damaged(f"{file} cannot be read: {error.strerror}.") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole file"
        raise Damaged(f"{file.name} holds no run of the lab that this version can read ({where}).") from None


def load_report(home: Path, run_id: str) -> bytes | None:
    """The page that was kept beside a run, if there is one."""
    try:
        return file_of(home, run_id, ".html").read_bytes()
    except FileNotFoundError:
        return None


def delete(home: Path, run_id: str) -> None:
    """Deletes a run and its report. Raises NoSuchRun where there is none."""
    file = file_of(home, run_id)
    try:
        file.unlink()
    except FileNotFoundError:
        raise NoSuchRun(f"There is no run {run_id}.") from None
    file_of(home, run_id, ".html").unlink(missing_ok=True)


def list_runs(home: Path) -> list[RunHeader]:
    """Newest first; files that hold no run are left out."""
    return look_through(home)[0]


def look_through(home: Path) -> tuple[list[RunHeader], list[str]]:
    """The runs, newest first, and a sentence about each file that should be one and is not."""
    headers, warnings = [], []
    for file in sorted(folder(home).glob("[!.]*.json")):
        try:
            about = file.stat()
            headers.append(header_of(file, about.st_mtime_ns, about.st_size, file.with_suffix(".html").exists()))
        except FileNotFoundError:
            continue  # deleted while we looked
        except Damaged as error:
            warnings.append(str(error))
    return sorted(headers, key=lambda one: one.started_at, reverse=True), warnings


@lru_cache(maxsize=500)
def header_of(file: Path, modified: int, size: int, has_report: bool) -> RunHeader:
    """A run's header; as long as its file stays as it is, it is read once."""
    result = read(file)
    if result.id != file.stem:
        raise Damaged(f"{file.name} holds a run of another name, {result.id[:80]}; rename the file to open it.")
    return RunHeader.of(result, has_report=has_report)


@contextlib.contextmanager
def lab_lock(home: Path) -> Iterator[None]:
    """Held by a lab run from beginning to end; the kernel frees it, however the run ends.

    Raises:
        Running: another run holds it.
    """
    lock = taken(home, LOCK_SECONDS)
    try:
        yield
    finally:
        lock.release()


def taken(home: Path, patience: float) -> HomeLock:
    """The lock, taken. Whoever looks whether a run is under way holds it for an instant, hence the patience."""
    try:
        make_folder(folder(home))
        lock, deadline = HomeLock(folder(home)), time.monotonic() + patience
        while True:
            try:
                lock.acquire()
                return lock
            except Held as held:
                if time.monotonic() > deadline:
                    who = f" (process {held.pid})" if held.pid else ""
                    raise Running(
                        f"The lab is running already{who}. Two at once would measure each other; wait, or stop it."
                    ) from None
            time.sleep(0.02)
    except OSError as error:
        raise CannotStart(
            f"{folder(home)} cannot be used: {error.strerror}. Choose another home with --home."
        ) from None


def is_running(home: Path) -> bool:
    """Whether a lab run of this home is under way, from this page or by hand."""
    return is_locked(folder(home) / LOCK)


def is_locked(file: Path) -> bool:
    """Whether a process holds the file's lock."""
    try:
        with file.open("rb") as opened:
            # Shared: those who look do not take each other for a run.
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # not there, or not ours to look at
        return False
    return False
