"""One Headway at a time on a home."""

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from headway.console import CannotStart

NAME = "lock"


class Held(Exception):
    """Another process has the lock."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(pid)
        self.pid = pid


class HomeLock:
    """The kernel frees it with the process, however that ends; so a lock file left behind means nothing."""

    def __init__(self, home: Path) -> None:
        self._path = home / NAME
        self._file = -1

    def acquire(self) -> None:
        """Raises Held."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = _pid_in(file)
            os.close(file)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise Held(pid) from None
            raise CannotStart(
                f"{self._path.parent} cannot be locked ({error.strerror}). Choose a folder on a local disk with --home."
            ) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _pid_in(file: int) -> int | None:
    text = os.pread(file, 32, 0).strip()
    return int(text) if text.isdigit() else None


@contextlib.contextmanager
def visiting(home: Path) -> Iterator[None]:
    """Held by a command that uses a server which another command started."""
    file = _open_guests(home)
    try:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield
    finally:
        os.close(file)


@contextlib.contextmanager
def without_guests(home: Path, seconds: float) -> Iterator[None]:
    """Around the stop of a server that a command started: lets those that joined it finish, and nobody else join."""
    file = _open_guests(home)
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.02)
        yield
    finally:
        os.close(file)


def _open_guests(home: Path) -> int:
    return os.open(home / "guests", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
