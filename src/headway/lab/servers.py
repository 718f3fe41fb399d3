"""A stack's server process, seen from whoever measures it."""

import errno
import select
import socket
import tempfile
import time
from dataclasses import asdict
from typing import Self

from headway.console import CannotStart
from headway.lab.stacks.options import Options
from headway.lab.stacks.table import Stack
from headway.postgres.process import die_with_parent
from headway.processes import Worker, describe_exit

START_SECONDS = 60.0
POLITE_SECONDS = 2.0


class StackServer:
    """Serves from the beginning of its `with` block to its end; may be stopped and started again in between.

    It ends at once when the thread that started it does: one that is overloaded would not hear its channel close.
    """

    def __init__(self, stack: Stack, options: Options, port: int = 0) -> None:
        self.stack, self.options, self.port = stack, options, port
        self._worker: Worker | None = None
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the server
        self.address = ""

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._words.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        self._words.close()

    def start(self) -> None:
        """Returns when it answers.

        Raises:
            CannotStart: the port is taken, or the server ended or said nothing for a minute.
        """
        with listening(self.port) as listener:
            self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            self._worker = Worker("headway.lab.serve", stderr=self._words, preexec_fn=die_with_parent())
            self._worker.go(listener, {"factory": self.stack.factory, "options": asdict(self.options)})
        deadline = time.monotonic() + START_SECONDS
        while not self._worker.is_ready:
            ready, _, _ = select.select([self._worker.channel], [], [], max(0.0, deadline - time.monotonic()))
            if not ready or not self._worker.hear():
                self._worker.end(POLITE_SECONDS if ready else 0)
                words = self.last_words if ready else "it said nothing for a minute"
                self.stop()
                raise CannotStart(f"The server of {self.stack.key} did not start: {words}")

    def stop(self) -> None:
        """Politely for a moment. One that is overloaded is not waited for."""
        if self._worker is not None:
            self._worker.ask_to_stop()
            self._worker.end(POLITE_SECONDS)
            self._worker = None

    @property
    def pid(self) -> int:
        return self._worker.process.pid if self._worker else 0

    @property
    def alive(self) -> bool:
        return self._worker is not None and self._worker.process.poll() is None

    @property
    def last_words(self) -> str:
        """How it ended, and the last line it wrote on stderr."""
        code = None
        if self._worker is not None and not self.alive:
            code = self._worker.process.poll()
        self._words.seek(0)
        # uvicorn's own last line says only that the one before it was the last.
        told_anyway = ("", "Application startup failed. Exiting.")
        lines = [line for line in self._words.read().decode(errors="replace").splitlines() if line not in told_anyway]
        told = [describe_exit(code)] if code is not None else []
        return ": ".join([*told, *lines[-1:]]) or "it said nothing"


def listening(port: int) -> socket.socket:
    """A socket on loopback.

    Raises:
        CannotStart: somebody else has the port.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(4096)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Port {port} is in use. Choose another one with --port, or leave it away for any free one."
            ) from None
        raise CannotStart(f"Port {port}: {error.strerror}.") from None
    return listener
