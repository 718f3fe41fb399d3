"""Any HTTP endpoints side by side: the same load for each, in turns."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from headway.clock import now
from headway.lab import machine
from headway.lab.load.jobs import Answer, Job, Request, is_bottleneck
from headway.lab.load.process import Generator, GeneratorEnded
from headway.lab.peers_given import Peer
from headway.lab.peers_rows import notes_of, rows_of
from headway.lab.peers_schemas import TIME_LIMIT, WARM_UP, First, Measured, PeerOut, PeersResult
from headway.lab.run import interruptible
from headway.runs.schemas import Progress


@dataclass(frozen=True)
class Size:
    """How much is measured. `seconds` are those that count, each time."""

    users: tuple[int, ...]
    seconds: float
    repeats: int

    def steps(self, peers: int) -> int:
        return peers * len(self.users) * self.repeats

    def lasts(self, peers: int) -> float:
        """Seconds in all, about."""
        return self.steps(peers) * (self.seconds + WARM_UP)


@dataclass(frozen=True)
class Step:
    peer: Peer
    users: int
    repeat: int


def in_turns(peers: Sequence[Peer], size: Size) -> Iterator[Step]:
    """One after the other for each number of users; every second repeat the other way round."""
    for repeat in range(1, size.repeats + 1):
        for users in size.users:
            for peer in peers if repeat % 2 else reversed(peers):
                yield Step(peer, users, repeat)


def measure_peers(
    peers: Sequence[Peer], firsts: Sequence[First], size: Size, tell: Callable[[Progress], None]
) -> PeersResult:
    """Sends the load. Call it from the main thread: children die with the thread that made them.

    The result says how it ended: finished, interrupted (Ctrl-C, SIGTERM), or failed with what was the matter; all that
    was measured until then is in it.
    """
    described, versions = machine.describe()
    result = PeersResult(
        started_at=now(),
        machine=described,
        versions=versions,
        settings={
            "users": list(size.users),
            "seconds": size.seconds,
            "repeats": float(size.repeats),
            "warm_up": WARM_UP,
            "time_limit": TIME_LIMIT,
        },
        peers=[
            PeerOut(name=peer.name, url=peer.url, headers=sorted(peer.headers), first=first)
            for peer, first in zip(peers, firsts, strict=True)
        ],
    )
    with interruptible():
        try:
            _measure(peers, size, result, tell)
            result.ended = "finished"
        except KeyboardInterrupt:
            result.ended, result.problem = "interrupted", "It was stopped by hand."
        except GeneratorEnded as error:
            result.problem = str(error)
        except OSError as error:
            result.problem = f"{error.filename or 'The system'}: {error.strerror}."
    result.ended_at = now()
    result.rows = rows_of(result)
    result.notes = notes_of(result, {peer.name for peer in peers if peer.is_here})
    return result


def _measure(peers: Sequence[Peer], size: Size, result: PeersResult, tell: Callable[[Progress], None]) -> None:
    """Fills the result as it goes. Who lost most of what some users sent is not asked by more."""
    most: dict[str, int] = {}
    began, of = time.monotonic(), size.steps(len(peers))
    with Generator() as generator:
        for done, step in enumerate(in_turns(peers, size)):
            left = (time.monotonic() - began) / done * (of - done) if done else size.lasts(len(peers))
            doing = f"{step.peer.name}: {step.users:,} at a time ({step.repeat} of {size.repeats})"
            tell(Progress(done=done, of=of, doing=doing, seconds_left=left))
            if step.users > most.get(step.peer.name, step.users):
                continue
            job = _job(step, size)
            # All connections are opened before, some at a time.
            answer = generator.run(job, job.longest() + step.users * TIME_LIMIT / 10)
            measured = _measured(step, len(result.measured) + 1, answer)
            result.measured.append(measured)
            if measured.lost > measured.answered:
                most[step.peer.name] = min(step.users, most.get(step.peer.name, step.users))
        tell(Progress(done=of, of=of, doing="", seconds_left=0))


def _job(step: Step, size: Size) -> Job:
    peer = step.peer
    return Job(
        address=peer.address,
        how="closed",
        requests=[Request(name="get", method="GET", paths=[peer.path], expects=list(range(200, 300)))],
        users=step.users,
        seconds=size.seconds,
        warm_up=WARM_UP,
        time_limit=TIME_LIMIT,
        headers=peer.headers,
        ping=peer.path,
    )


def _measured(step: Step, order: int, answer: Answer) -> Measured:
    return Measured(
        peer=step.peer.name,
        users=step.users,
        repeat=step.repeat,
        order=order,
        seconds=answer.seconds,
        answered=answer.answered,
        failed=answer.failed,
        unanswered=answer.unanswered,
        throughput=answer.throughput,
        latency=answer.latency,
        bytes=answer.bytes,
        generator_busy=answer.generator_busy,
        generator_lag_p99=answer.generator_lag_p99,
        bottleneck=is_bottleneck(answer),
        note=answer.note,
    )
