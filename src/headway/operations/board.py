"""Where the web processes of one server tell each other how they are: a folder with a small file for each.

Files and not rows: when the database is away or overloaded is when they are wanted most.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Any

import orjson

STALE = 10.0  # seconds: who has not written for so long has gone, or is stuck
MOST = 64


class Board:
    """One worker's place on the board. Everything here reads or writes files: call it in a thread.

    Args:
        folder: the supervisor's; None where this is the only process.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.worker = 1
        self._lock: int | None = None

    def take_place(self) -> None:
        """Finds the first number that no living process holds. The lock goes when the process does."""
        if self.folder is None:
            return
        for number in range(1, MOST + 1):
            lock = os.open(self.folder / f"{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(lock)
            else:
                self.worker, self._lock = number, lock
                return

    def write(self, state: dict[str, Any]) -> None:
        """Puts up how this process is."""
        if self.folder is None:
            return
        fresh = self.folder / f"{self.worker}.new"
        with suppress(OSError):  # a full disk is no reason to end
            fresh.write_bytes(orjson.dumps(state))
            fresh.replace(self.folder / f"{self.worker}.json")

    def others(self) -> list[dict[str, Any]]:
        """How the other processes were a moment ago."""
        found: list[dict[str, Any]] = []
        if self.folder is None:
            return found
        own = f"{self.worker}.json"
        for file in self.folder.glob("*.json"):
            with suppress(OSError, ValueError):
                if file.name != own and file.stat().st_mtime > time() - STALE:
                    found.append(orjson.loads(file.read_bytes()))
        return found

    def leave(self) -> None:
        """Takes this process off the board, and the board away with the last one."""
        if self.folder is None or self._lock is None:
            return
        with suppress(OSError):
            (self.folder / f"{self.worker}.json").unlink(missing_ok=True)
        with suppress(OSError):
            os.close(self._lock)
        self._lock = None
