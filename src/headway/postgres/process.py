"""Starting a PostgreSQL process that ends with us, and finding those that did not."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


def short_environment() -> dict[str, str]:
    # No PG… variable of the user's reaches the server, and its messages are in English, because we read them.
    return {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}


def die_with_parent(how: signal.Signals = signal.SIGKILL) -> Callable[[], None] | None:
    """For preexec_fn: Linux sends the child this signal when we die, however we die.

    The signal comes when the *thread* that made the child ends, so only the main thread may use it. Popen calls
    preexec_fn after it has changed the user id, which would have cleared the wish.
    """
    if not sys.platform.startswith("linux") or threading.current_thread() is not threading.main_thread():
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def wish() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(how))
        if os.getppid() != parent:  # it died before we could wish
            os._exit(1)

    return wish


def processes_in(data: Path) -> list[int]:
    """PostgreSQL processes that work in this data folder."""
    return _by_working_folder(data) if Path("/proc/self/cwd").exists() else _by_command_line(data)


def _by_working_folder(data: Path) -> list[int]:
    here, found = os.path.realpath(data), []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "cwd") == here and (entry / "comm").read_text().startswith("postgres"):  # noqa: PTH115
                found.append(int(entry.name))
        except OSError:
            continue  # it ended meanwhile, or is not ours to look at
    return found


def _by_command_line(data: Path) -> list[int]:
    # Where there is no /proc (macOS): only the postmaster says which folder it works in.
    table = subprocess.run(["/bin/ps", "-axww", "-o", "pid=,command="], check=False, capture_output=True, text=True)
    lines = (line.strip().partition(" ") for line in table.stdout.splitlines())
    return [int(pid) for pid, _, command in lines if f"/postgres -D {data} -c " in command]
