"""One PostgreSQL server on a data folder: start, wait, stop, and clear away what a crash left."""

import contextlib
import hashlib
import os
import signal
import stat
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from headway.console import CannotStart, Say
from headway.postgres.binaries import Binaries
from headway.postgres.owner import Owner
from headway.postgres.process import die_with_parent, processes_in, short_environment
from headway.postgres.reach import within_reach

PAUSE = 0.005
PORT = 5432  # only part of the socket's name: there is no TCP
RECOVERY_SECONDS = 1800.0
LARGEST_LOG = 10_000_000


class PostgresServer:
    def __init__(self, home: Path, binaries: Binaries, owner: Owner, options: Mapping[str, str], say: Say) -> None:
        self.data = home / "data"
        self.socket_folder = socket_folder(home)
        self._log = home / "postgres.log"
        self._binaries = binaries
        self._owner = owner
        self._options = options
        self._say = say
        self.process: subprocess.Popen[bytes] | None = None
        self.started = time.monotonic()

    def start(self) -> None:
        make_socket_folder(self.socket_folder, self._owner)
        # After a kill -9 the kernel may take a moment to let go of the old server's shared memory.
        deadline = time.monotonic() + 20
        while not self._try_to_start():
            reason = self._last_words()
            if "still in use" not in reason or time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL did not start: {reason} (more in {self._log})")
            time.sleep(0.1)

    def _try_to_start(self) -> bool:
        if self._log.exists() and self._log.stat().st_size > LARGEST_LOG:
            self._log.replace(self._log.with_suffix(".log.1"))
        # It quotes refused statements, so it is nobody else's to read.
        log_file = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(log_file, "ab") as log, within_reach(self.data, self._owner) as (data, doors):
            self.process = subprocess.Popen(  # noqa: S603 - our own words, no shell
                self._command(data),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=short_environment(),
                pass_fds=doors,
                start_new_session=True,  # the terminal's Ctrl-C is ours to handle
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - a fast shutdown; main thread only
                **self._owner.identity(),
            )
        started = time.monotonic()
        told = False
        while self.process.poll() is None:
            if self._is_ready():
                return True
            if not told and time.monotonic() > started + 2:
                told = True
                self._say("Database: recovering from an unclean stop; nothing that was saved is lost")
            if time.monotonic() > started + RECOVERY_SECONDS:
                self.stop()
                return False
            time.sleep(PAUSE)
        return False

    def _command(self, data: str) -> list[str]:
        settings = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            **self._options,
        }
        command = [self._binaries.program("postgres"), "-D", data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _is_ready(self) -> bool:
        pid, status = read_pid_file(self.data)
        return self.process is not None and pid == self.process.pid and status == "ready"

    def _last_words(self) -> str:
        with contextlib.suppress(OSError), self._log.open("rb") as log:
            log.seek(max(0, self._log.stat().st_size - 4000))
            lines = log.read().decode(errors="replace").splitlines()
            for line in reversed(lines):
                if "FATAL:" in line or "PANIC:" in line:
                    return line.partition(":  ")[2].strip() or line
            return lines[-1] if lines else "it said nothing"
        return "it said nothing"

    def stop(self, *, at_once: bool = False) -> None:
        """Fast: ends every connection and writes a checkpoint. At once: recovers at the next start."""
        if self.process is None:
            return
        for how, patience in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if at_once and how == signal.SIGINT:
                continue
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(how)
            try:
                self.process.wait(patience)
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None
        self._remove_socket()
        with contextlib.suppress(OSError):
            self.socket_folder.rmdir()

    def _remove_socket(self) -> None:
        for name in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
            (self.socket_folder / name).unlink(missing_ok=True)

    def clear_away_the_last_run(self) -> None:
        """We hold the home's lock, so whatever still runs on this data has lost its Headway."""
        left = processes_in(self.data)
        pid, _ = read_pid_file(self.data)
        if left:
            self._say("Database: waiting for the last run's PostgreSQL to stop")
        if pid in left:
            _signal([pid], signal.SIGINT)
            _wait_for_end(self.data, 60)
        # Without their postmaster the others end by themselves as soon as they notice; a busy one may not.
        if not _wait_for_end(self.data, 3):
            _signal(processes_in(self.data), signal.SIGKILL)
            _wait_for_end(self.data, 5)
        if not processes_in(self.data):
            # PostgreSQL would take whoever has the old number now for the old server: a stranger (common in
            # containers), or its own corpse that nobody has buried yet.
            if pid is not None and _exists(pid):
                (self.data / "postmaster.pid").unlink(missing_ok=True)
            self._remove_socket()


def read_pid_file(data: Path) -> tuple[int | None, str]:
    """(process id, "ready" and the like) as the server wrote them; (None, "") when there is nothing."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
    except (FileNotFoundError, ValueError, IndexError):
        return None, ""


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _signal(pids: list[int], how: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)


def _wait_for_end(data: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while processes_in(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def socket_folder(home: Path) -> Path:
    """Short, because a socket's path may have about 100 bytes; the same for everybody who uses this home."""
    name = f"headway-{hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:12]}"
    root = os.geteuid() == 0 and os.access("/run", os.W_OK)
    return Path("/run" if root else "/tmp") / name  # noqa: S108 - made 0700 and checked below


def make_socket_folder(folder: Path, owner: Owner) -> None:
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        owner.give(folder)
    status = folder.lstat()
    # In /tmp anybody could have been there first.
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner.uid or status.st_mode & 0o077:
        raise CannotStart(f"{folder} is needed for the database's socket but belongs to somebody else. Remove it.")
