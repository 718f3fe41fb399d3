"""What is read from outside about a process that does a known amount of everything."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from headway.lab.machine import describe
from headway.lab.measure import Meter, cpu_of, cpu_of_family
from tests.processes import clean_environment

# Each line on stdin is done and then answered: some MB touched, some CPU, some threads that sleep a number of times.
WORKER = """
import json, sys, threading, time

def sleep(times):
    for _ in range(times):
        time.sleep(0.001)

kept, barrier = [], threading.Event()
for line in sys.stdin:
    what = json.loads(line)
    kept.append(b"x" * what.get("megabytes", 0) * 1_000_000)
    threads = [threading.Thread(target=lambda: (sleep(what["sleeps"]), barrier.wait()), daemon=True)
               for _ in range(what.get("threads", 0))]
    for thread in threads:
        thread.start()
    end = time.process_time() + what.get("cpu", 0)
    while time.process_time() < end:
        pass
    sleep(what.get("sleeps", 0))
    print("done", flush=True)
"""


class Worker:
    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.do()

    def do(self, **what: float) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


def test_memory_and_threads(worker: Worker) -> None:
    meter = Meter(worker.process.pid)
    rest = meter.rest()
    assert rest is not None
    assert (rest.cpu_seconds, rest.voluntary_switches, rest.threads) == (0, 0, 1)
    with meter.during() as measured:
        worker.do(megabytes=50, threads=7, sleeps=1)
    usage = measured.usage
    assert usage is not None
    assert measured.note is None
    assert usage.threads == 8
    assert 45 < usage.rss - rest.rss < 60
    assert usage.virtual > usage.rss
    if sys.platform == "linux":
        assert usage.pss is not None and rest.pss is not None
        assert 45 < usage.pss - rest.pss < 60
        # A thread's stack is virtual until it is used.
        assert usage.virtual - rest.virtual > 50 + 7 * 8


def test_cpu_is_what_was_burnt_meanwhile(worker: Worker) -> None:
    worker.do(cpu=0.3)
    with Meter(worker.process.pid).during() as measured:
        worker.do(cpu=0.5)
    assert measured.usage is not None
    assert 0.45 < measured.usage.cpu_seconds < 0.7


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_the_switches_of_every_thread_count(worker: Worker) -> None:
    with Meter(worker.process.pid).during() as measured:
        worker.do(threads=10, sleeps=100)
    assert measured.usage is not None
    # The main thread's alone would be a hundred.
    assert measured.usage.voluntary_switches > 700


def test_a_process_that_ends_meanwhile_is_said(worker: Worker) -> None:
    with Meter(worker.process.pid).during() as measured:
        worker.do(megabytes=10)
        worker.stop()
    assert measured.usage is not None
    assert measured.usage.rss > 0
    assert "ended while it was measured" in str(measured.note)


def test_a_process_that_nobody_has_waited_for_is_gone(worker: Worker) -> None:
    worker.process.kill()
    os.waitid(os.P_PID, worker.process.pid, os.WEXITED | os.WNOWAIT)
    assert Meter(worker.process.pid).rest() is None


def test_a_process_that_is_gone_has_no_usage(worker: Worker) -> None:
    worker.stop()
    meter = Meter(worker.process.pid)
    with meter.during() as measured:
        pass
    assert meter.rest() is None
    assert measured.usage is None
    assert "gone before" in str(measured.note)


def test_the_cpu_of_a_family_keeps_that_of_ended_children(worker: Worker) -> None:
    worker.do(cpu=0.2)
    before = cpu_of_family(os.getpid())
    assert cpu_of([worker.process.pid, 2**22 + 1]) >= 0.2
    worker.do(cpu=0.2)
    worker.stop()
    assert cpu_of_family(os.getpid()) - before > 0.19


def test_the_machine_and_its_versions() -> None:
    machine, versions = describe(postgresql="18.6")
    assert machine.cores >= 1
    assert machine.memory_gb == pytest.approx(psutil.virtual_memory().total / 1e9, abs=0.1)
    assert machine.processor and machine.system
    assert {"python", "headway", "fastapi", "sqlalchemy", "asyncpg", "psycopg", "aiohttp"} <= versions.keys()
    assert versions["postgresql"] == "18.6"
