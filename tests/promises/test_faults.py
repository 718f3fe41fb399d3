"""P3: whatever is killed, cut, stopped or full, nothing acknowledged is lost or doubled, and it comes back alone."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from headway.database_url import DatabaseUrl
from headway.lab.proxy import Link
from headway.postgres.embedded import throwaway_database
from headway.postgres.process import processes_in
from tests.faults.hammer import Client, Hammer, set_up, titles
from tests.faults.test_several import all_hear_of, follow
from tests.processes import Headway, home_folder, wait_until
from tests.promises.stage import WHOLE, report
from tests.proxy import Proxy, proxy_to

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

LENIENT = 1 if WHOLE else 5
ROUNDS = 5 if WHOLE else 1
STOPPED_SECONDS = 6.0 if WHOLE else 3.0
OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
# The connection that listens rings the others' bell over it, too.
LISTENER = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'NOTIFY %'"


class Cable:
    """The proxy between Headway and its database, in a thread of its own."""

    def __init__(self, target: DatabaseUrl) -> None:
        self._loop, self._ready, self._end = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
        self._target = f"{target.host}:{target.port or 5432}"
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)
        self.url = replace(target, host="127.0.0.1", port=self.proxy.port, sslmode="disable")

    async def _serve(self) -> None:
        async with proxy_to(self._target) as self.proxy:
            self._ready.set()
            await self._end.wait()

    def do(self, act: Callable[[Proxy], object]) -> None:
        self._loop.call_soon_threadsafe(act, self.proxy)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)
        self._loop.close()


@contextlib.contextmanager
def served(url: DatabaseUrl) -> Iterator[Headway]:
    """Headway on a database that is not its own."""
    with home_folder() as home:
        headway = Headway(home=home, env={"HEADWAY_DATABASE_URL": url.normal_url()}).ready()
        try:
            yield headway
        finally:
            headway.stop()


class Writing:
    """People who write all the while; `healed` is how long the next acknowledged write took after each fault."""

    def __init__(self, headway: Headway, name: str) -> None:
        self.headway = headway
        self.cookie, self.project = set_up(headway)
        self.hammer = Hammer(headway, self.cookie, self.project, name)
        self.healed: list[float] = []

    def after(self, fault: Callable[[], object]) -> None:
        self.hammer.wait_for_more_than(len(self.hammer.acknowledged) + 10)
        fault()
        began, count = time.monotonic(), len(self.hammer.acknowledged)
        # What was under way when the fault came does not count: of the four who write, each begins anew.
        wait_until(lambda: len(self.hammer.acknowledged) > count + 4, what="writes go on", seconds=60)
        self.healed.append(time.monotonic() - began)

    def check(self) -> None:
        there = titles(self.headway, self.cookie, self.project)
        assert set(self.hammer.acknowledged) <= set(there)
        assert len(there) == len(set(there))


def test_every_backend_terminated_again_and_again() -> None:
    with throwaway_database(durable=True) as url, served(url) as headway:
        writing = Writing(headway, "terminated")
        with writing.hammer, psycopg.connect(url.plain_url(), autocommit=True) as admin:
            for _ in range(ROUNDS):
                writing.after(lambda: admin.execute(OTHERS.encode()))
        writing.check()
    report("all backends terminated", back_in=[round(one, 2) for one in writing.healed])
    assert max(writing.healed) <= 1 * LENIENT


def test_the_cable_to_the_database_cut_and_then_silent() -> None:
    with throwaway_database(durable=True) as url, contextlib.closing(Cable(url)) as cable, served(cable.url) as headway:
        writing = Writing(headway, "cut")

        def silent() -> None:
            cable.do(lambda proxy: proxy.freeze())
            time.sleep(STOPPED_SECONDS)
            cable.do(lambda proxy: proxy.thaw())

        with writing.hammer:
            for _ in range(ROUNDS):
                writing.after(lambda: cable.do(lambda proxy: proxy.cut()))
            cut, writing.healed = writing.healed, []
            writing.after(silent)
        writing.check()
    report("cable cut", back_in=[round(one, 2) for one in cut], after_silence=round(writing.healed[0], 2))
    assert max(cut) <= 1 * LENIENT
    assert writing.healed[0] <= 1 * LENIENT


def test_a_database_that_is_stopped_for_seconds_and_goes_on() -> None:
    with home_folder() as home:
        headway = Headway(home=home).ready()
        try:
            writing = Writing(headway, "stopped")
            with writing.hammer:
                writing.after(lambda: stopped_for(home, STOPPED_SECONDS))
            writing.check()
        finally:
            headway.stop()
    report("postgres stopped", for_seconds=STOPPED_SECONDS, back_in=round(writing.healed[0], 2))
    assert writing.healed[0] <= 1 * LENIENT


def stopped_for(home: Path, seconds: float) -> None:
    """SIGSTOP for the whole of PostgreSQL."""
    pids = processes_in(home / "data")
    signal_all(pids, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        signal_all(pids, signal.SIGCONT)


def signal_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def test_a_killed_postgresql_is_back_in_five_seconds() -> None:
    with home_folder() as home:
        headway = Headway(home=home).ready()
        try:
            writing = Writing(headway, "killed")
            with writing.hammer:
                for _ in range(ROUNDS):
                    writing.after(lambda: os.kill(headway.postmaster(), signal.SIGKILL))
            writing.check()
        finally:
            headway.stop()
    report("postmaster killed", back_in=[round(one, 2) for one in writing.healed])
    assert max(writing.healed) <= 5 * LENIENT


def test_viewers_hear_of_everything_without_the_listener() -> None:
    with throwaway_database(durable=True) as url, served(url) as headway, contextlib.ExitStack() as stack:
        cookie, project = set_up(headway)
        viewer = follow(stack, headway, cookie, project)
        writer = stack.enter_context(Client(headway, cookie))
        with psycopg.connect(url.plain_url(), autocommit=True) as admin:
            for number in range(3 * ROUNDS):
                ended = admin.execute(LISTENER.encode()).fetchone()
                assert number or ended == (1,)
                all_hear_of(f"Unheard {number}", writer, [viewer], project)


def test_a_far_database_is_slow_and_nothing_else() -> None:
    with throwaway_database(durable=True) as url, Link(url, round_trip_ms=20) as link, served(link.url) as headway:
        writing = Writing(headway, "far")
        with writing.hammer:
            writing.hammer.wait_for_more_than(20)
        writing.check()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A folder that a home fits in, and not much more."""
    if os.geteuid() != 0:
        pytest.skip("a small disk needs root: a tmpfs of its own")
    folder = Path(tempfile.mkdtemp(prefix="headway-disk-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("this machine mounts no tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        shutil.rmtree(folder, ignore_errors=True)


def test_a_full_disk_refuses_and_recovers_when_there_is_room(small_disk: Path) -> None:
    headway = Headway(home=small_disk / "home").ready()
    try:
        writing = Writing(headway, "full")
        ballast = small_disk / "ballast"
        with writing.hammer:
            writing.hammer.wait_for_more_than(20)
            fill(ballast)
            # Long texts fill what is allotted already.
            refused = wait_until(lambda: refusal_of(headway, writing), what="refused for lack of room", seconds=60)
            assert refused == 503
            assert headway.is_healthy()
            ballast.unlink()
            writing.after(lambda: None)
        writing.check()
    finally:
        headway.stop()
    report("disk full", back_in=round(writing.healed[0], 2))


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        while True:
            out.write(bytes(1 << 20))


def refusal_of(headway: Headway, writing: Writing) -> int | None:
    """The status of a write that was not done; None while there is room."""
    body = {"title": "Long", "description": os.urandom(400_000).hex()[:90_000]}
    with Client(headway, writing.cookie) as client:
        try:
            client.send("POST", f"/api/projects/{writing.project}/tasks", body)
        except AssertionError as error:
            return int(error.args[0][0])
        except OSError:
            return None
    return None
