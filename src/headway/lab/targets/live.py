"""One event for thousands of viewers on one process: how soon they have it, what they take, whether writers wait."""

import contextlib
import json
import resource
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from headway.console import CannotStart
from headway.lab.servers import StackServer
from headway.lab.targets.bench import HEADWAY, SHIPPED_POOL, Bench, Ground, Told
from headway.lab.targets.memory import pss
from headway.lab.targets.schemas import Measured
from headway.postgres.process import die_with_parent

LIVE, MEMORY, WRITE = "live", "live-memory", "live-write"
WRITES = 15
SPARE_FILES = 500  # open files of a server besides its viewers'
PATIENCE = 120.0  # seconds for one step
QUIET = 1.0  # seconds for a server to come to rest


class Silent(Exception):
    """The viewers' process has not answered."""


def measure(bench: Bench, rows: Sequence[str]) -> Told:
    """A fresh process with fresh viewers each time."""
    yield "filling a database"
    ground, size = bench.ground, bench.size
    with files_for(size.viewers):
        for repeat in range(1, size.repeats + 1):
            yield f"{size.viewers:,} viewers: opening ({repeat} of {size.repeats})"
            with bench.serving(HEADWAY, ground, SHIPPED_POOL) as server:
                found = watched(server, ground, size.viewers, repeat)
            yield from (Measured(row=row, repeat=repeat, **found[row]) for row in rows)


def watched(server: StackServer, ground: Ground, viewers: int, repeat: int) -> dict[str, dict[str, float]]:
    """Headway's figure, and the one beside it, of each row."""
    place = ground.to_write[0]
    path = f"/api/tasks/{place.task_id}"
    url = urlsplit(server.address)
    where = {"host": url.hostname, "port": url.port, "headers": ground.headers}
    stream = f"/api/events?topic=project:{place.project_id}"

    def write(process: "subprocess.Popen[bytes]", number: int, wanted: int, tries: int = 1) -> dict[str, Any]:
        for one in range(tries):
            title = f"Seen by everybody {repeat}-{number:04d}-{one:02d}."
            told = ask(process, {"write": path, "title": title, "patience": 30 / tries})
            if told["status"] == 200 and told["got"] == wanted:
                return told
        raise CannotStart(
            f"{told['got']:,} of {wanted:,} viewers had an event in 30 s, and its write was answered {told['status']}. "
            "Try fewer with --viewers."
        )

    with viewing() as process:
        ask(process, {"open": 0, "path": stream, **where})
        alone = [write(process, number, 0)["answered_ms"] for number in range(WRITES)]
    time.sleep(QUIET)
    before = pss(server)
    with viewing() as process:
        opened = ask(process, {"open": viewers, "path": stream, **where})["opened"]
        if opened != viewers:
            raise CannotStart(f"{opened:,} of {viewers:,} viewers were let in. Try fewer with --viewers.")
        time.sleep(QUIET)
        # A stream is open before it has caught up with now: the first events are not for everybody yet.
        write(process, 1000, viewers, tries=30)
        time.sleep(QUIET)
        taken = (pss(server) - before) * 1000 / viewers
        seen = [write(process, number, viewers) for number in range(1001, 1001 + WRITES)]
    return {
        LIVE: {"headway": median(one["p99_ms"] for one in seen)},
        MEMORY: {"headway": taken},
        WRITE: {"headway": median(one["answered_ms"] for one in seen), "other": median(alone)},
    }


@contextlib.contextmanager
def viewing() -> Iterator["subprocess.Popen[bytes]"]:
    """The viewers' process."""
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "headway.lab.targets.viewers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            start_new_session=True,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - it calls nothing that a thread could hold
        )
        try:
            yield process
        except Silent:
            process.kill()
            process.wait()
            words.seek(0)
            last = words.read().decode(errors="replace").strip().rpartition("\n")[2] or "it said nothing"
            raise CannotStart(f"The viewers' process did not answer: {last}. Try fewer with --viewers.") from None
        finally:
            process.kill()
            process.communicate()


def ask(process: "subprocess.Popen[bytes]", told: dict[str, Any]) -> dict[str, Any]:
    """Its answer.

    Raises:
        Silent: it ended, or said nothing for two minutes.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(OSError):  # it has ended, which its silence tells
        process.stdin.write(json.dumps(told).encode() + b"\n")
        process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
    line = process.stdout.readline() if ready else b""
    if not line:
        raise Silent
    found: dict[str, Any] = json.loads(line)
    return found


@contextlib.contextmanager
def files_for(viewers: int) -> Iterator[None]:
    """As many open files as the server and the viewers need, for processes that we start meanwhile.

    Raises:
        CannotStart: the system does not allow so many.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = viewers + SPARE_FILES
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise CannotStart(
            f"{viewers:,} viewers need {needed:,} open files, and this system allows {hard:,} (`ulimit -Hn`). "
            f"Raise that, or give --viewers {max(1, hard - SPARE_FILES)}."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed) if soft != resource.RLIM_INFINITY else soft, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
