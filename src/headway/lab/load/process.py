"""The load generator, seen from whoever asks it: a process of its own, so that it takes no time from the measuring."""

import contextlib
import os
import select
import subprocess
import sys
import tempfile
import time
from typing import Self

from headway.lab.load.jobs import ANSWERS, JOBS, Answer, Job
from headway.postgres.process import die_with_parent

# -P: a module lying in the current folder must not be taken for one of Python's own.
COMMAND = [sys.executable, "-P", "-m", "headway.lab.load"]
PATIENCE = 2.0


class GeneratorEnded(Exception):
    """It ended, or did not answer in time; in one sentence, with its last words."""


class Generator:
    """Starts at once, runs one job after the other, ends with stop(), with its `with` block, or with us."""

    def __init__(self) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            start_new_session=True,  # the terminal's Ctrl-C goes to the lab alone
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - it calls nothing that a thread could hold
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def run(self, job: Job, timeout: float | None = None) -> Answer:
        """Seconds to wait at most; by default what the job can take. Raises GeneratorEnded, and is of no use then."""
        deadline = time.monotonic() + (job.longest() if timeout is None else timeout)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(JOBS.dump_json(job) + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise self._ended() from None
        return ANSWERS.validate_json(self._read_line(deadline))

    def _read_line(self, deadline: float) -> bytes:
        assert self._process.stdout is not None
        line = bytearray()
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                self.stop()
                raise GeneratorEnded("The load generator did not answer in time.")
            some = os.read(self._process.stdout.fileno(), 65_536)
            if not some:
                raise self._ended()
            line += some
        return bytes(line)

    def _ended(self) -> GeneratorEnded:
        code = self._process.wait()
        self._words.seek(0)
        words = self._words.read().decode(errors="replace").strip()
        last = words.rpartition("\n")[2] or "it said nothing"
        return GeneratorEnded(f"The load generator ended (exit code {code}): {last}")

    def stop(self) -> None:
        """Whatever it is doing; may be called again."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what it was not there to read
                if pipe is not None:
                    pipe.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._words.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
