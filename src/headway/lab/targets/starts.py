"""How long the one command takes until it answers, on a home that is there, and its help."""

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from headway.console import CannotStart
from headway.lab.targets.bench import Bench, Told
from headway.lab.targets.schemas import Measured
from headway.postgres.process import die_with_parent
from headway.settings import load_settings

START, HELP = "start", "help"
COMMAND = [sys.executable, "-P", "-m", "headway.cli.main"]
ANSWERED = b"HTTP/1.1 200"
LOOK_EVERY = 0.002  # seconds
PATIENCE = 120.0


def measure(bench: Bench, rows: Sequence[str]) -> Told:
    """Each a process of its own, in seconds."""
    repeats = bench.size.repeats
    if START in rows:
        yield "start: making a home"
        with home() as folder:
            refuse_outside_database(folder)
            time_to_answer(folder)
            for repeat in range(1, repeats + 1):
                yield f"{START} ({repeat} of {repeats})"
                yield Measured(row=START, repeat=repeat, headway=time_to_answer(folder))
    if HELP in rows:
        time_of_help()
        for repeat in range(1, repeats + 1):
            yield f"{HELP} ({repeat} of {repeats})"
            yield Measured(row=HELP, repeat=repeat, headway=time_of_help())


@contextlib.contextmanager
def home() -> Iterator[Path]:
    """A folder for Headway's data, as an ordinary user has it, that goes at the end."""
    folder = Path(tempfile.mkdtemp(prefix="headway-start-"))
    folder.chmod(0o711)
    try:
        yield folder / "home"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def refuse_outside_database(folder: Path) -> None:
    """Raises CannotStart where the server that is started would use somebody's own database."""
    if load_settings(home=str(folder)).database_url is not None:
        raise CannotStart("Unset HEADWAY_DATABASE_URL: the start is measured on a database of its own.")


def time_of_help() -> float:
    began = time.monotonic()
    subprocess.run([*COMMAND, "--help"], stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - ourselves
    return time.monotonic() - began


def time_to_answer(folder: Path) -> float:
    """Seconds from the command until /ready is answered; it is stopped again, and ended with us if we are killed.

    Raises:
        CannotStart: it ended, or did not answer in two minutes.
    """
    port = free_port()
    with tempfile.TemporaryFile() as words:
        began = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [*COMMAND, "serve", "--home", str(folder), "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - it calls nothing that a thread could hold
        )
        try:
            while not answers(port):
                refuse_late(process, began, words)
                time.sleep(LOOK_EVERY)
            return time.monotonic() - began
        finally:
            process.terminate()
            process.wait()


def refuse_late(process: "subprocess.Popen[bytes]", began: float, words: IO[bytes]) -> None:
    if process.poll() is None and time.monotonic() - began < PATIENCE:
        return
    words.seek(0)
    last = (words.read().decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
    raise CannotStart(f"`headway serve` did not answer: {last}")


def answers(port: int) -> bool:
    """Whether it answers a request that asks the database."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as asking:
            asking.sendall(b"GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return asking.recv(len(ANSWERED), socket.MSG_WAITALL) == ANSWERED
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
