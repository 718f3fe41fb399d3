"""How PostgreSQL's user gets at a home that only root may enter, such as one below /root.

No folder's permissions are changed for it. A folder that we have open is passed on, and /proc/self/fd leads straight to
it, whatever lies above; the programs run from a copy that everybody can read.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headway.console import CannotStart
from headway.postgres.owner import Owner

DOORS = Path("/proc/self/fd")
SHARED_PROGRAMS = Path("/var/cache/headway")


@contextmanager
def within_reach(folder: Path, owner: Owner) -> Iterator[tuple[str, tuple[int, ...]]]:
    """(path, descriptors that the child has to keep) under which the owner finds a folder of its own.

    Raises:
        CannotStart: it cannot get there, and this system has no /proc.
    """
    closed = closed_to(folder, owner)
    if closed is None:
        yield str(folder), ()
        return
    if not DOORS.exists():
        raise CannotStart(
            f"PostgreSQL cannot run as root, and user {owner.name}, who runs it instead, cannot enter {closed}. "
            "Choose a folder it can reach with --home, for example /var/lib/headway."
        )
    door = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield str(DOORS / str(door)), (door,)
    finally:
        os.close(door)


def closed_to(folder: Path, owner: Owner) -> Path | None:
    """The first folder on the way that the owner may not pass through; None when the way is free."""
    if owner.is_us:
        return None
    return next((above for above in reversed(folder.resolve().parents) if not _may_pass(above, owner)), None)


def _may_pass(folder: Path, owner: Owner) -> bool:
    status = folder.stat()
    if status.st_uid == owner.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == owner.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
