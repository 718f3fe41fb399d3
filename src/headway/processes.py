"""A child process that ends when its channel to us closes, whatever happens to us."""

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import IO, Any

# -P: a module lying in the current folder must not be taken for one of Python's own.
PYTHON = [sys.executable, "-P", "-m"]


class Worker:
    """A web process, run as `python -m MODULE FD`. It imports while it waits for the socket and for what to serve.

    `preexec_fn` as of Popen: for those that must not even finish their requests when we die.
    """

    def __init__(
        self, module: str, stderr: IO[bytes] | None = None, preexec_fn: Callable[[], None] | None = None
    ) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - ourselves
                [*PYTHON, module, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stderr=stderr,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # the terminal's Ctrl-C goes to us alone
                preexec_fn=preexec_fn,  # noqa: PLW1509 - it calls nothing that a thread could hold
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
