"""The one parent of everything that runs: it owns the home's lock, the embedded server and the listening socket.

It imports no application code, so it stays small and starts at once; what needs some is done by children.
"""

import contextlib
import os
import selectors
import signal
import socket
import time
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, NoReturn

import click

from headway.cli.listening import listen
from headway.cli.preparation import Preparation
from headway.console import CannotStart
from headway.database_url import parse_database_url
from headway.postgres.embedded import EmbeddedDatabase
from headway.postgres.lock import Held
from headway.processes import Worker, describe_exit

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
HEALTHY_SECONDS = 30.0
FIRST_TRIES = 3
GRACE_SECONDS = 12.0
WEB = "headway.cli.worker"


def supervise(flags: dict[str, Any]) -> int:
    """Serves until it is told to stop; returns the exit code."""
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    supervisor = Supervisor({name: value for name, value in flags.items() if value is not None})
    try:
        supervisor.set_up()
        supervisor.watch()
    except KeyboardInterrupt:
        say("Stopping. Press Ctrl-C again to stop at once.")
        return 0
    finally:
        supervisor.stop()


def say(line: str) -> None:
    with contextlib.suppress(OSError):  # nobody may be reading any more
        click.echo(line)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class Supervisor:
    def __init__(self, flags: dict[str, Any]) -> None:
        self._flags = flags
        self._plan: dict[str, Any] = {}
        self._notes: list[str] = []
        self._preparation: Preparation | None = None
        self._database: EmbeddedDatabase | None = None
        self._listener: socket.socket | None = None
        self._workers: list[Worker] = []
        self._selector = selectors.DefaultSelector()
        self._pauses: dict[str, float] = {}
        self._tries = 0
        self._told_ready = False
        # Where workers tell each other how they are.
        self._board = TemporaryDirectory(prefix="headway-", ignore_cleanup_errors=True)

    def set_up(self) -> None:
        say(f"Headway {version('headway')}")
        self._workers.append(Worker(WEB))  # importing takes longest, so it comes first
        self._preparation = Preparation(self._flags)
        self._plan = self._preparation.plan()
        if self._plan["database_url"] is None:
            self._take_home()
        self._listener = listen(self._plan["host"], self._plan["port"])
        while len(self._workers) < self._plan["workers"]:
            self._workers.append(Worker(WEB))
        if self._database is not None:
            self._plan["database_url"] = self._database.start().normal_url()
        else:
            say(f"Database: {parse_database_url(self._plan['database_url']).where()}")
        for message in self._preparation.messages(self._plan["database_url"]):
            if "say" in message:
                say(message["say"])
            self._notes += message.get("notes", [])
        self._wake_on_child_exit()
        for worker in self._workers:
            self._send_off(worker)

    def _take_home(self) -> None:
        self._database = EmbeddedDatabase(
            Path(self._plan["home"]),
            binaries=Path(self._plan["postgres_bin"]) if self._plan["postgres_bin"] else None,
            connections=self._plan["connections"],
            say=say,
        )
        try:
            self._database.take()
        except Held as held:
            self._database = None
            raise CannotStart(
                f"{self._plan['home']} is in use by another Headway (process {held.pid}). "
                "Stop that one, or choose another folder with --home."
            ) from None

    def _wake_on_child_exit(self) -> None:
        woken, waker = socket.socketpair()
        for end in (woken, waker):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        self._waker = waker  # kept open
        self._selector.register(woken, selectors.EVENT_READ, None)

    def _send_off(self, worker: Worker) -> None:
        assert self._listener is not None
        plan = {name: self._plan[name] for name in ("database_url", "workers")}
        flags = {**self._flags, **plan, "board": self._board.name}
        worker.go(self._listener, flags)
        self._selector.register(worker.channel, selectors.EVENT_READ, worker)

    def watch(self) -> NoReturn:
        """Keeps everything running, until a signal raises KeyboardInterrupt."""
        due: list[float] = []  # when to start the next worker in place of one that ended
        while True:
            wait = max(0.0, min(due) - time.monotonic()) if due else None
            for key, _ in self._selector.select(wait):
                if key.data is None:
                    with contextlib.suppress(BlockingIOError):
                        key.fileobj.recv(4096)  # type: ignore[union-attr]
                elif not key.data.hear():
                    due.append(time.monotonic() + self._bury(key.data))
            self._tell_when_ready()
            self._mind_the_database()
            for moment in [moment for moment in due if moment <= time.monotonic()]:
                due.remove(moment)
                self._workers.append(Worker(WEB))
                self._send_off(self._workers[-1])

    def _bury(self, worker: Worker) -> float:
        """Takes leave of a worker that ended; returns the pause before the next one, in seconds."""
        self._selector.unregister(worker.channel)
        self._workers.remove(worker)
        worker.ask_to_stop()
        worker.end(GRACE_SECONDS)
        if not self._told_ready and not worker.is_ready:
            self._tries += 1
            if self._tries >= FIRST_TRIES:
                raise CannotStart("The web process ended at once, three times; the reason stands above.")
        pause = self._next_pause("worker", worker.started)
        say(f"A web process ended ({describe_exit(worker.process.returncode)}); starting another.")
        return pause

    def _next_pause(self, what: str, started: float) -> float:
        healthy = time.monotonic() - started > HEALTHY_SECONDS
        pause = FIRST_PAUSE if healthy else self._pauses.get(what, FIRST_PAUSE)
        self._pauses[what] = min(pause * 2, LONGEST_PAUSE)
        return pause

    def _mind_the_database(self) -> None:
        server = self._database.server if self._database is not None else None
        if self._database is None or server is None or server.process is None or server.process.poll() is None:
            return
        say(f"PostgreSQL ended ({describe_exit(server.process.returncode)}); starting it again.")
        time.sleep(self._next_pause("database", server.started))
        self._database.start()

    def _tell_when_ready(self) -> None:
        if self._told_ready or not self._workers or not all(worker.is_ready for worker in self._workers):
            return
        self._told_ready = True
        for note in self._notes:
            say(note)
        say(f"Ready: {self._plan['public_url']}")

    def stop(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_at_once)
        if self._listener is not None:
            self._listener.close()
        for worker in self._workers:
            worker.ask_to_stop()
        if self._preparation is not None:
            self._preparation.end()
        deadline = time.monotonic() + GRACE_SECONDS
        for worker in self._workers:
            worker.end(deadline - time.monotonic())
        if self._database is not None:
            self._database.stop()
            self._database.release()
        self._board.cleanup()

    def _stop_at_once(self, number: int, frame: FrameType | None) -> None:
        for worker in self._workers:
            worker.process.kill()
        if self._database is not None:
            self._database.stop(at_once=True)
        os._exit(1)
