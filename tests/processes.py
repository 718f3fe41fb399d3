"""Headway as its users run it: a process with a console, a port and a home."""

import contextlib
import functools
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from headway.postgres.embedded import address
from headway.postgres.server import socket_folder

SOURCE = Path(__file__).parents[1] / "src"
PATIENCE = 60.0


@dataclass(frozen=True)
class Someone:
    """An account that can run Headway: who, and with which Python."""

    python: str
    identity: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)


OURSELVES = Someone(sys.executable)


@functools.cache
def ordinary_user() -> Someone | None:
    """None when we are root and no Python here can be run by anybody else."""
    if os.geteuid() != 0:
        return OURSELVES
    nobody = pwd.getpwnam("nobody")
    identity: dict[str, Any] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}
    site = Path(psycopg.__file__).parents[1]
    for python in (sys.executable, "/usr/bin/python3"):
        extra = {} if python == sys.executable else {"PYTHONPATH": f"{SOURCE}:{site}"}
        with contextlib.suppress(OSError):
            tried = subprocess.run(
                [python, "-c", "import headway.app, headway.cli.main"],
                check=False,
                env=clean_environment(extra),
                cwd="/",
                capture_output=True,
                **identity,
            )
            if tried.returncode == 0:
                return Someone(python, identity, extra)
    return None


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    # Compiling every module at every start, as PYTHONDONTWRITEBYTECODE has it, doubles the time of each test here.
    dropped = ("HEADWAY_", "PG", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "PYTHONUNBUFFERED": "1", **(extra or {})}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], Any], *, what: str, seconds: float = PATIENCE) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


class Headway:
    """One `headway …` process; its console is read as it comes."""

    def __init__(
        self,
        *arguments: str,
        home: Path,
        port: int | None = None,
        env: Mapping[str, str] | None = None,
        someone: Someone = OURSELVES,
    ) -> None:
        self.home, self.port = home, port or free_port()
        self.lines: list[str] = []
        self.errors: list[str] = []
        self.process = subprocess.Popen(
            [someone.python, "-m", "headway.cli.main", *arguments],
            env=clean_environment(
                {**someone.extra, "HEADWAY_HOME": str(home), "HEADWAY_PORT": str(self.port), **(env or {})}
            ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            start_new_session=True,
            **someone.identity,
        )
        self._readers = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in ((self.process.stdout, self.lines), (self.process.stderr, self.errors))
        ]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(stream: Any, into: list[str]) -> None:
        for line in stream:
            into.append(line.rstrip("\n"))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def has_said(self, pattern: str) -> str | None:
        return next((line for line in list(self.lines) if re.search(pattern, line)), None)

    def wait_for(self, pattern: str, seconds: float = PATIENCE) -> str:
        def heard() -> str | None:
            line = self.has_said(pattern)
            if line is None and self.process.poll() is not None:
                raise AssertionError(f"ended with {self.process.returncode}: {self.lines} {self.errors}")
            return line

        return str(
            wait_until(heard, what=f"console line {pattern!r} (had {self.lines} {self.errors})", seconds=seconds)
        )

    def ready(self) -> "Headway":
        try:
            self.wait_for(r"^Ready: ")
        except BaseException:
            self.stop()
            raise
        return self

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.loads(answer.read())

    def is_healthy(self) -> bool:
        try:
            return bool(self.get("/health") == {"status": "ok"})
        except (OSError, urllib.error.URLError):
            return False

    def family(self) -> dict[int, str]:
        """Every process below (and with) this one: pid -> command line."""
        parents: dict[int, int] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        members = {self.process.pid}
        while grown := {pid for pid, parent in parents.items() if parent in members} - members:
            members |= grown
        return {pid: command_line(pid) for pid in members}

    def workers(self) -> list[int]:
        return sorted(pid for pid, line in self.family().items() if "headway.cli.worker" in line)

    def postmaster(self) -> int:
        return int((self.home / "data" / "postmaster.pid").read_text().split()[0])

    def database_address(self) -> str:
        return address(self.home, (self.home / "password").read_text().strip()).plain_url()

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.finish()

    def finish(self) -> int:
        try:
            code = self.process.wait(PATIENCE)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            for reader in self._readers:
                reader.join(10)
            for stream in (self.process.stdout, self.process.stderr):
                if stream is not None:
                    stream.close()
        return code


def command_line(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    return ""


def is_running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in ("Z", "X")
    return False


@contextlib.contextmanager
def home_folder(someone: Someone = OURSELVES) -> Iterator[Path]:
    """A home that PostgreSQL's user can reach even when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="headway-test-"))
    folder.chmod(0o711)
    if "user" in someone.identity:
        os.chown(folder, someone.identity["user"], someone.identity["group"])
    try:
        yield folder / "home"
    finally:
        shutil.rmtree(socket_folder(folder / "home"), ignore_errors=True)  # a killed server leaves it
        shutil.rmtree(folder, ignore_errors=True)


def refused(headway: Headway) -> str:
    """The one line on stderr of a command that must not start; checks exit code and form."""
    assert headway.finish() == 2, (headway.lines, headway.errors)
    assert len(headway.errors) == 1, headway.errors
    assert headway.errors[0].startswith("headway: ")
    return headway.errors[0].removeprefix("headway: ")
