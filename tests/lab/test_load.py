"""The load generator against a server whose delays are known."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from headway.lab.load.jobs import JOBS, Answer, Beside, Job, Request, is_bottleneck
from headway.lab.load.process import COMMAND, Generator, GeneratorEnded
from headway.runs.schemas import Latency
from tests.lab.known import KnownServer, get, known_server
from tests.processes import PATIENCE, clean_environment, is_running, wait_until


@pytest.fixture(scope="module")
def server() -> Iterator[KnownServer]:
    with known_server() as server:
        yield server


@pytest.fixture(scope="module")
def generator() -> Iterator[Generator]:
    with Generator() as generator:
        yield generator


def latency(answer: Answer) -> Latency:
    assert answer.latency is not None, answer
    return answer.latency


@pytest.mark.parametrize("how", ["burst", "closed", "open"])
@pytest.mark.parametrize("delay", [20, 50])
def test_the_median_is_the_delay(server: KnownServer, generator: Generator, how: str, delay: int) -> None:
    nothing = generator.run(Job(address=server.address, how="burst", requests=[get("/lab/ping")], users=10))
    answer = generator.run(
        Job(address=server.address, how=how, requests=[get(f"/wait/{delay}")], users=10, seconds=0.6, warm_up=0.1)  # type: ignore[arg-type]
    )
    added = latency(answer).p50 - latency(nothing).p50
    assert delay * 0.75 < added < delay * 1.25, answer
    assert (answer.failed, answer.unanswered) == ({}, 0)


def test_one_burst_is_one_request_of_each_user(server: KnownServer, generator: Generator) -> None:
    answer = generator.run(Job(address=server.address, how="burst", requests=[get("/wait/50")], users=100))
    assert (answer.answered, answer.failed, answer.unanswered, answer.note) == (100, {}, 0, None)
    assert answer.seconds < 100 * 0.05, "they were sent one after the other"
    assert answer.throughput == pytest.approx(100 / answer.seconds)


def test_two_thousand_connections(server: KnownServer, generator: Generator) -> None:
    # A second is longer than the sending takes: all of them are open at the same moment.
    answer = generator.run(
        Job(address=server.address, how="burst", requests=[get("/wait/1000")], users=2000, time_limit=30)
    )
    assert (answer.answered, answer.failed, answer.unanswered, answer.note) == (2000, {}, 0, None)


def test_a_closed_loop_sends_when_the_last_was_answered(server: KnownServer, generator: Generator) -> None:
    answer = generator.run(
        Job(address=server.address, how="closed", requests=[get("/wait/50")], users=10, seconds=1, warm_up=0.2)
    )
    assert answer.seconds == pytest.approx(1, rel=0.1)
    assert 10 < answer.throughput < 1.1 * 10 / 0.05
    assert answer.throughput == pytest.approx(answer.answered / answer.seconds)
    assert answer.bytes == answer.answered * len(b'{"waited":"50"}')


def test_a_closed_loop_waits_until_everybody_had_a_turn(server: KnownServer, generator: Generator) -> None:
    slow = Job(address=server.address, how="closed", requests=[get("/wait/600")], users=5, seconds=0.1, time_limit=5)
    answer = generator.run(slow)
    assert (answer.answered, answer.unanswered) == (5, 0)
    assert 0.6 <= answer.seconds < 5


def test_requests_are_mixed_by_weight_and_told_apart(server: KnownServer, generator: Generator) -> None:
    kinds = [get("/wait/1", "/wait/2", name="often", weight=9), get("/wait/40", name="seldom")]
    job = Job(address=server.address, how="closed", requests=kinds, users=20, seconds=1)
    parts = generator.run(job).by_request
    assert parts["often"].answered > 4 * parts["seldom"].answered > 0
    assert (parts["often"].mean or 0) < 40 <= (parts["seldom"].mean or 0)


def test_bodies_and_headers_arrive(server: KnownServer, generator: Generator) -> None:
    request = Request(name="new", method="POST", paths=["/echo"], bodies=[{"title": "Grüße"}])
    answer = generator.run(Job(address=server.address, how="burst", requests=[request], users=3))
    assert (answer.answered, answer.bytes) == (3, 3 * len('{"title":"Grüße"}'.encode()))


def test_a_status_is_a_failure_unless_it_is_expected(server: KnownServer, generator: Generator) -> None:
    wrong = generator.run(Job(address=server.address, how="burst", requests=[get("/status/503")], users=5))
    assert (wrong.answered, wrong.failed, wrong.latency) == (0, {"503": 5}, None)
    wanted = get("/status/400", expects=[400])
    right = generator.run(Job(address=server.address, how="burst", requests=[wanted], users=5))
    assert (right.answered, right.failed) == (5, {})


def test_an_open_loop_keeps_its_rate(server: KnownServer, generator: Generator) -> None:
    job = Job(address=server.address, how="open", requests=[get("/wait/20")], users=200, seconds=1)
    answer = generator.run(job)
    # Poisson: three times its spread of 14.
    assert 158 < answer.answered < 242
    again = generator.run(job)
    assert abs(again.answered - answer.answered) <= 5, "the same seed, the same moments"


def stalled(server: KnownServer, generator: Generator, how: str, users: int) -> Answer:
    """A second of requests, one of which makes the server stand still for the second half of it."""
    stall = Beside(request=get("/stall/500", name="stall"), rate=1.5)
    return generator.run(
        Job(address=server.address, how=how, requests=[get("/wait/1")], users=users, seconds=1.5, beside=stall, seed=4)  # type: ignore[arg-type]
    )


def test_an_open_loop_counts_the_wait_that_a_closed_loop_hides(server: KnownServer, generator: Generator) -> None:
    opened, closed = stalled(server, generator, "open", 300), stalled(server, generator, "closed", 1)
    assert opened.beside is not None and opened.beside.answered
    assert closed.beside is not None and closed.beside.answered
    # Whoever was due in the half second waited for a quarter on the average. The one user of the closed loop sent
    # one request in that time, and hundreds in the rest.
    assert latency(opened).mean > 50
    assert latency(opened).p90 > 150
    assert latency(closed).p90 < 50
    assert latency(closed).longest > 300


def test_what_takes_longer_than_the_limit_is_unanswered(server: KnownServer, generator: Generator) -> None:
    requests = [get("/never")]
    burst = generator.run(Job(address=server.address, how="burst", requests=requests, users=7, time_limit=0.3))
    assert (burst.answered, burst.unanswered, burst.latency, burst.throughput) == (0, 7, None, 0)
    assert burst.seconds >= 0.3, "what was given up counts with its time"
    opened = generator.run(
        Job(address=server.address, how="open", requests=requests, users=20, seconds=0.5, time_limit=0.3)
    )
    assert opened.answered == 0
    assert opened.unanswered > 0


def test_who_waits_for_the_whole_window_is_unanswered_once(server: KnownServer, generator: Generator) -> None:
    answer = generator.run(
        Job(address=server.address, how="closed", requests=[get("/never")], users=6, seconds=0.3, time_limit=1.5)
    )
    assert (answer.answered, answer.unanswered) == (0, 6)


def test_pings_beside_have_figures_of_their_own(server: KnownServer, generator: Generator) -> None:
    beside = Beside(request=get("/lab/ping", name="ping"), rate=100)
    answer = generator.run(
        Job(address=server.address, how="closed", requests=[get("/wait/50")], users=5, seconds=1, beside=beside)
    )
    assert answer.beside is not None and answer.beside.latency is not None
    assert 60 < answer.beside.answered < 140
    assert answer.beside.latency.p50 < 50 <= latency(answer).p50
    assert set(answer.by_request) == {"get"}


@pytest.mark.parametrize("how", ["closed", "open"])
def test_a_server_that_dies_is_counted_and_ends_nothing(generator: Generator, how: str) -> None:
    with known_server() as server:
        # With this seed it is due after half a second.
        gone, requests = Beside(request=get("/gone"), rate=2), [get("/wait/5")]
        job = Job(address=server.address, how=how, requests=requests, users=50, seconds=1.5, beside=gone, seed=4)  # type: ignore[arg-type]
        answer = generator.run(job, timeout=20)
        assert server.process.wait(10) == 3
    assert answer.answered > 0
    assert answer.failed["refused"] > 0
    assert set(answer.failed) <= {"refused", "reset", "closed"}
    assert answer.seconds == pytest.approx(1.5, rel=0.1)


def test_a_server_that_is_not_there(generator: Generator) -> None:
    with known_server() as server:
        server.stop()
        answer = generator.run(
            Job(address=server.address, how="burst", requests=[get("/wait/1")], users=150), timeout=20
        )
    assert (answer.answered, answer.failed, answer.latency) == (0, {"refused": 150}, None)
    assert answer.note is not None
    assert "0 of 150 connections" in answer.note


def test_it_says_that_it_is_the_bottleneck(server: KnownServer, generator: Generator) -> None:
    """500 users of a server that looks at nothing and answers at once; and a calm one, of which it says nothing."""
    with known_server("instant") as instant:
        busy = generator.run(
            Job(address=instant.address, how="closed", requests=[get("/")], users=500, seconds=1, warm_up=0.2)
        )
    said = is_bottleneck(busy)
    assert said is not None, busy
    assert said.startswith("The load generator")
    calm = Job(address=server.address, how="closed", requests=[get("/wait/50")], users=5, seconds=1)
    assert is_bottleneck(generator.run(calm)) is None


def test_its_own_lateness_is_counted_and_said(server: KnownServer, generator: Generator) -> None:
    """A generator made slow: for half a second it may not run, and what was due then is sent late."""
    pause = Beside(request=get(f"/pause/{generator.pid}/500"), rate=2)
    answer = generator.run(
        Job(address=server.address, how="open", requests=[get("/wait/1")], users=100, seconds=1.5, beside=pause, seed=4)
    )
    assert latency(answer).p90 > 150, "counted from when it was sent, not from when it was due"
    assert answer.generator_lag_p99 > 300
    assert "late" in str(is_bottleneck(answer))


def answer_of(busy: float, lag: float, mean: float) -> Answer:
    seen = Latency(mean=mean, p50=mean, p90=mean, p99=mean, longest=mean)
    return Answer(
        seconds=1, answered=10, failed={}, unanswered=0, throughput=10, latency=seen, by_request={}, beside=None,
        generator_busy=busy, generator_lag_p99=lag, bytes=0,
    )  # fmt: skip


def test_what_makes_it_the_bottleneck() -> None:
    assert is_bottleneck(answer_of(busy=0.5, lag=2, mean=3)) is None
    assert is_bottleneck(answer_of(busy=0.5, lag=60, mean=1000)) is None
    assert "busy for 97% of the time" in str(is_bottleneck(answer_of(busy=0.97, lag=2, mean=1000)))
    assert "60 ms late" in str(is_bottleneck(answer_of(busy=0.5, lag=60, mean=100)))


def test_its_death_is_told(server: KnownServer) -> None:
    with Generator() as generator:
        os.kill(generator.pid, signal.SIGKILL)
        with pytest.raises(GeneratorEnded, match=r"exit code -9"):
            generator.run(Job(address=server.address, how="burst", requests=[get("/wait/1")], users=1))


def test_what_it_cannot_do_is_told_with_its_last_words(server: KnownServer) -> None:
    with (
        Generator() as generator,
        pytest.raises(GeneratorEnded, match="exit code 1"),
    ):
        generator.run(Job(address=server.address, how="sideways", requests=[get("/wait/1")], users=1))  # type: ignore[arg-type]


def test_it_is_not_waited_for_forever(server: KnownServer) -> None:
    with Generator() as generator:
        job = Job(address=server.address, how="closed", requests=[get("/never")], users=1, seconds=60)
        with pytest.raises(GeneratorEnded, match="in time"):
            generator.run(job, timeout=0.5)
        assert not is_running(generator.pid)


OWNER = """
import sys
from headway.lab.load.jobs import JOBS
from headway.lab.load.process import COMMAND, Generator
generator = Generator()
print(generator.pid, flush=True)
generator.run(JOBS.validate_json(sys.stdin.buffer.readline()))
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Accepts, and never answers: whoever connects is in the middle of its job."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)
        yield listener


def endless(listener: socket.socket) -> bytes:
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    job = Job(address=address, how="closed", requests=[get("/")], users=1, seconds=600, time_limit=600)
    return JOBS.dump_json(job) + b"\n"


def test_it_ends_in_the_middle_of_a_job_when_its_input_does(listener: socket.socket) -> None:
    with subprocess.Popen(COMMAND, env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(endless(listener))
        process.stdin.flush()
        with listener.accept()[0]:
            process.stdin.close()
            try:
                assert process.wait(10) == 0
            finally:
                process.kill()


def test_it_ends_in_the_middle_of_a_job_when_its_owner_does(listener: socket.socket) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert owner.stdin is not None and owner.stdout is not None
    with owner:
        pid = int(owner.stdout.readline())
        owner.stdin.write(endless(listener))
        owner.stdin.flush()
        connection, _ = listener.accept()
        owner.kill()
    with connection:
        wait_until(lambda: not is_running(pid), what="the generator's end", seconds=10)
