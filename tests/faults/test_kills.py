"""kill -9 of anything: it comes back by itself, or by the same command, with every acknowledged write."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from headway.postgres.process import processes_in
from tests.faults.hammer import Hammer, set_up, titles
from tests.processes import Headway, home_folder, is_running, wait_until
from tests.promises.stage import WHOLE, report, spread

ROUNDS = 20 if WHOLE else 6
LENIENT = 1 if WHOLE else 5

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]


@pytest.fixture
def home() -> Iterator[Path]:
    with home_folder() as folder:
        yield folder


@contextlib.contextmanager
def serving(home: Path, *arguments: str, port: int | None = None) -> Iterator[Headway]:
    headway = Headway(*arguments, home=home, port=port)
    try:
        yield headway.ready()
    finally:
        headway.stop()


def kill(*pids: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_the_whole_tree_killed_amid_writes_again_and_again(home: Path) -> None:
    with serving(home) as headway:
        cookie, project = set_up(headway)
        port = headway.port
    acknowledged: set[str] = set()
    boots = []
    for round_ in range(ROUNDS):
        began = time.monotonic()
        headway = Headway(home=home, port=port).ready()
        boots.append(time.monotonic() - began)
        with Hammer(headway, cookie, project, f"round {round_}") as hammer:
            hammer.wait_for_more_than(20 + 7 * round_)
            kill(*headway.family())
            headway.finish()
        acknowledged |= set(hammer.acknowledged)
    with serving(home, port=port) as headway:
        there = titles(headway, cookie, project)
        assert acknowledged <= set(there)
        assert len(there) == len(set(there))
        assert len(acknowledged) > 20 * ROUNDS
    report(f"killed {ROUNDS} times", boots=spread(boots), acknowledged=len(acknowledged))
    assert max(boots) <= 10 * LENIENT  # P18


def test_the_supervisor_alone_killed_then_the_same_command(home: Path) -> None:
    with serving(home) as headway:
        cookie, project = set_up(headway)
        port = headway.port
    headway = Headway(home=home, port=port).ready()
    with Hammer(headway, cookie, project, "before") as hammer:
        hammer.wait_for_more_than(20)
        family = headway.family()
        kill(headway.process.pid)
        headway.process.wait()
        with serving(home, port=port) as again:
            wait_until(lambda: not any(map(is_running, family)), what="the old family is gone", seconds=30)
            headway.finish()
            count = len(hammer.acknowledged)
            hammer.wait_for_more_than(count + 20)
            assert set(hammer.acknowledged) <= set(titles(again, cookie, project))


def has_new_worker(headway: Headway, instead_of: int) -> None:
    """Waits until there are two workers again."""
    wait_until(
        lambda: len(headway.workers()) == 2 and instead_of not in headway.workers(),
        what="another worker",
    )


def test_a_killed_worker_is_replaced(home: Path) -> None:
    with serving(home, "--workers", "2") as headway:
        cookie, project = set_up(headway)
        for _ in range(2):
            before = headway.workers()
            with Hammer(headway, cookie, project, "worker") as hammer:
                hammer.wait_for_more_than(10)
                kill(before[0])
                has_new_worker(headway, instead_of=before[0])
                hammer.wait_for_more_than(len(hammer.acknowledged) + 10)
        assert headway.has_said(r"^A web process ended \(signal 9\); starting another\.$")


@pytest.mark.parametrize("victim", ["postmaster", "backend"])
def test_a_killed_postgres_process_is_replaced(home: Path, victim: str) -> None:
    with serving(home) as headway:
        cookie, project = set_up(headway)
        postmaster = headway.postmaster()
        with Hammer(headway, cookie, project, victim) as hammer:
            hammer.wait_for_more_than(20)
            backends = [pid for pid in processes_in(home / "data") if pid != postmaster]
            kill(postmaster if victim == "postmaster" else max(backends))
            count = len(hammer.acknowledged)
            hammer.wait_for_more_than(count + 20)
        assert set(hammer.acknowledged) <= set(titles(headway, cookie, project))
        assert (headway.postmaster() != postmaster) == (victim == "postmaster")


def test_an_open_stream_does_not_hold_up_a_stop(home: Path) -> None:
    with serving(home) as headway:
        cookie, project = set_up(headway)
        import http.client

        stream = http.client.HTTPConnection("127.0.0.1", headway.port, timeout=20)
        stream.request(
            "GET",
            f"/api/events?topic=project:{project}",
            headers={"Cookie": cookie, "Accept": "text/event-stream"},
        )
        answer = stream.getresponse()
        assert answer.status == 200
        assert answer.readline().startswith(b"retry")
        headway.process.send_signal(signal.SIGINT)
        wait_until(lambda: headway.process.poll() is not None, what="stopped", seconds=8)
        assert headway.process.returncode == 0
        stream.close()
    assert headway.errors == []
