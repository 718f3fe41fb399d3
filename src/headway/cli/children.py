"""The supervisor's children: they end when their pipe to it closes, whatever happens to it."""

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from headway.console import CannotStart

# -P: a module lying in the current folder must not be taken for one of Python's own.
PYTHON = [sys.executable, "-P", "-m"]


class Preparation:
    """The child that knows the settings and the schema, so that the supervisor need not; see prepare.py."""

    def __init__(self, flags: dict[str, Any]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            [*PYTHON, "headway.cli.prepare"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self._say(flags)

    def plan(self) -> dict[str, Any]:
        for message in self._messages():
            return dict(message["plan"])
        raise AssertionError

    def messages(self, database_url: str) -> Iterator[dict[str, Any]]:
        """Gives it the database; yields what it has to tell until all is done."""
        self._say({"database_url": database_url})
        for message in self._messages():
            if "done" in message:
                self._process.wait()
                return
            yield message

    def _say(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _messages(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            message = json.loads(line)
            if "error" in message:
                raise CannotStart(message["error"])
            yield message
        raise CannotStart(f"Preparing the database ended unexpectedly (exit code {self._process.wait()}).")

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


class Worker:
    """A web process. It imports the application while it waits for the socket and the database."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - ourselves
                [*PYTHON, "headway.cli.worker", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # the terminal's Ctrl-C goes to the supervisor alone
            )
        self.channel = ours
        self.started = time.monotonic()
        self.has_work = False
        self.is_ready = False

    def go(self, listener: socket.socket, flags: dict[str, Any]) -> None:
        self.has_work = True
        with contextlib.suppress(OSError):  # it is dead already, which its channel will tell
            socket.send_fds(self.channel, [json.dumps(flags).encode()], [listener.fileno()])

    def hear(self) -> bool:
        """Whether it is still there; it says one byte when it serves."""
        try:
            heard = self.channel.recv(16)
        except OSError:
            heard = b""
        self.is_ready = self.is_ready or bool(heard)
        return bool(heard)

    def ask_to_stop(self) -> None:
        self.channel.close()
        if not self.has_work:
            self.process.kill()

    def end(self, patience: float) -> None:
        try:
            self.process.wait(max(0.0, patience))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def describe_exit(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
