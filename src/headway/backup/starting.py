"""Backups that nobody types: each is a process of its own, which ends when the one that started it does.

Neither the event loop nor the pool has anything to do with it. That one is under way is seen by the lock that it holds.
"""

import contextlib
import json
import subprocess
import threading
from uuid import UUID

import structlog

from headway.processes import PYTHON
from headway.settings import Settings

log = structlog.get_logger()

MODULE = "headway.cli.backup_run"
# An advisory lock. Any number would do, as long as every Headway takes the same one, and it is below 2**31.
LOCK = 0x6261636B  # "back"
TAKEN_CARE_OF = 3  # exit code: another one was under way


def start(settings: Settings, means: str, row: UUID | None = None) -> threading.Thread:
    """Starts a backup into the settings' folder. Blocks for the time that starting a process takes.

    Args:
        row: of the table `backup`, where whoever asked has written one already.

    Returns:
        A thread that ends with it.
    """
    child = subprocess.Popen(  # noqa: S603 - ourselves
        [*PYTHON, MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert child.stdin is not None
    flags = {
        "home": str(settings.home),
        "database_url": settings.database_url,
        "backup_folder": str(settings.backup_folder),
        "backup_keep": settings.backup_keep,
    }
    # Through a pipe and not the command line: the address holds a password. It stays open for as long as we are here.
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(json.dumps({"means": means, "row": row and str(row), "settings": flags}).encode() + b"\n")
        child.stdin.flush()
    follower = threading.Thread(target=follow, args=(child, means), name="backup", daemon=True)
    follower.start()
    return follower


def follow(child: subprocess.Popen[bytes], means: str) -> None:
    """Logs how it ended."""
    with child:
        assert child.stderr is not None
        said = child.stderr.read().decode(errors="replace").strip().splitlines()
        code = child.wait()
    if code == 0:
        log.info("backup.done", means=means)
    elif code != TAKEN_CARE_OF:
        log.warning("backup.failed", means=means, code=code, problem=said[-1] if said else None)
