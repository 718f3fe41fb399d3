"""Runs of the lab that the page starts: each is a process of its own, which ends with the worker that started it."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

import orjson
import structlog

from headway.clock import now
from headway.errors import Conflict
from headway.runs import kept, log
from headway.runs.answers import NewLabRun
from headway.runs.log import Line, Started
from headway.runs.schemas import Ended, Progress

logger = structlog.get_logger()

# -P: a module lying in the current folder must not be taken for one of Python's own.
COMMAND = (sys.executable, "-P", "-m", "headway.cli.main", "lab", "run", "--progress", "lines", "--stdin-is-owner")
# Time to take its servers down and remove its database before it is killed, which its own children notice.
PATIENCE = 8.0
ENDINGS = {-signal.SIGKILL: "The system stopped it, perhaps for want of memory."}


class Lab:
    """The lab of a home, as one worker sees it; runs may have been started by another, or by hand."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.command: tuple[str, ...] = COMMAND  # tests put a made-up one here
        self.closing = False
        self._child: subprocess.Popen[bytes] | None = None
        self._follower: threading.Thread | None = None
        self._starting = threading.Lock()

    def start(self, new: NewLabRun, by: str) -> None:
        """Starts a run. Blocks for the time that starting a process takes.

        Raises:
            Conflict: a run is under way on this machine, or its folder cannot be written.
        """
        with self._starting:
            if self.closing:
                raise Conflict("lab.closing", "Headway is shutting down.")
            if kept.is_running(self.home):
                raise running_already(self.home)
            try:
                file = log.open_log(self.home)
            except OSError as error:
                where = kept.folder(self.home)
                raise Conflict("lab.folder", f"Runs cannot be kept in {where}: {error.strerror}.") from None
            if file is None:
                raise running_already(self.home)
            self._run(file, new, by)

    def _run(self, file: int, new: NewLabRun, by: str) -> None:
        # Closed by the follower; a file and not a pipe, so that nobody has to read it meanwhile.
        told = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            self._child = subprocess.Popen(  # noqa: S603 - ourselves
                [*self.command, "--home", str(self.home), *arguments(new)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=told,
                start_new_session=True,  # the terminal's Ctrl-C goes to Headway, which then ends us
            )
        except OSError:
            os.close(file)
            told.close()
            raise
        log.append(file, Line(started=Started(at=now(), by=by, quick=new.quick, pid=self._child.pid)))
        self._follower = threading.Thread(target=follow, args=(self._child, file, told), name="lab", daemon=True)
        self._follower.start()

    def cancel(self) -> None:
        """Asks the run to stop, whichever worker started it; what it has measured is kept.

        Raises:
            Conflict: no run is under way, or one that was started by hand.
        """
        followed = log.is_followed(self.home)
        told = [line for line in map(log.parsed, log.lines(self.home)[0]) if line is not None]
        started = next((line.started for line in told if line.started), None)
        if not followed or started is None or any(line.ended for line in told):
            if kept.is_running(self.home):
                detail = "This run was started from a command line on the server. Stop it there with Ctrl-C."
                raise Conflict("lab.by_hand", detail)
            raise Conflict("lab.idle", "No run is under way.")
        log.append_to(self.home, Line(stopping=True))
        # Its follower holds the log until it has seen it end, so this is still the process that it was.
        with contextlib.suppress(ProcessLookupError):
            os.kill(started.pid, signal.SIGINT)

    def close(self) -> None:
        """Lets streams end, and the run of this worker with them."""
        self.closing = True
        if self._child is not None and self._child.stdin is not None:
            with contextlib.suppress(OSError):
                self._child.stdin.close()

    async def stop(self) -> None:
        """Closes, and waits until nothing runs any more."""
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        with self._starting:
            self.close()
        if self._child is None or self._follower is None:
            return
        self._follower.join(PATIENCE)
        if self._follower.is_alive():
            self._child.kill()
            self._follower.join()


def arguments(new: NewLabRun) -> list[str]:
    """What was asked for, as flags of `headway lab run`."""
    flags = ["--quick"] if new.quick else []
    for name, values in (("--stack", new.stacks), ("--claim", new.claims)):
        for value in values:
            flags += [name, value]
    return [*flags, "--users", ",".join(map(str, new.users))] if new.users else flags


def follow(child: subprocess.Popen[bytes], file: int, told: IO[bytes]) -> None:
    """Writes down what a run tells until it has ended; runs in a thread of its own."""
    ended: Ended | None = None
    try:
        with child, told:
            assert child.stdout is not None
            for line in child.stdout:
                found = understood(line)
                if isinstance(found, Ended):
                    ended = found
                elif found is not None:
                    log.append(file, Line(progress=found))
            code = child.wait()
            ended = ended or without_a_word(code, told)
        log.append(file, Line(ended=ended))
        logger.info("lab.ended", ended=ended.ended, problem=ended.problem)
    except OSError as error:  # the disk is full; whoever reads the log sees a run that was cut off
        logger.warning("lab.log", error=error.strerror)
        child.kill()
        child.wait()
    finally:
        os.close(file)


def understood(line: bytes) -> Progress | Ended | None:
    """None for what is neither. Lines leave out what is null, as a run's latency when nothing was answered."""
    try:
        told = orjson.loads(line)
        if run := told.get("run"):
            run.setdefault("latency", None)
            if usage := run.get("usage"):
                usage.setdefault("pss", None)
        return Ended.model_validate(told) if "ended" in told else Progress.model_validate(told)
    except (ValueError, AttributeError) as error:  # a ValidationError is a ValueError
        logger.warning("lab.line", line=line[:200].decode(errors="replace"), error=type(error).__name__)
        return None


def without_a_word(code: int, told: IO[bytes]) -> Ended:
    """How a run ended that did not say it itself: its last line on stderr, or its exit code."""
    told.seek(0, os.SEEK_END)
    told.seek(max(0, told.tell() - 2_000))
    said = told.read().decode(errors="replace").strip().splitlines()
    last = said[-1].removeprefix("headway: ") if said else ""
    ended = "interrupted" if code in (130, -signal.SIGINT, -signal.SIGTERM) else "failed"
    return Ended(id="", ended=ended, problem=ENDINGS.get(code) or last or f"It ended with exit code {code}.")


def running_already(home: Path) -> Conflict:
    """The refusal of a second run."""
    by = log.state(home).started_by
    who = f"{by} has started it" if by else "it was started from a command line"
    return Conflict("lab.running", f"The lab is running already on this machine: {who}. Two would measure each other.")
