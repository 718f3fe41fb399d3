"""From what each process told to what is shown."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from headway.administration.state_schemas import (
    ChoreOut,
    LineOut,
    LiveOut,
    MomentOut,
    PoolOut,
    RouteTimesOut,
    SpreadOut,
    WorkerOut,
)
from headway.operations.state import EVERY, KEPT
from headway.operations.tally import quantile

SLOWEST = 12
Told = dict[str, Any]


def worker_shown(told: Told) -> WorkerOut:
    """One process."""
    hub, history = told["hub"], told["history"][-5:]
    return WorkerOut(
        worker=told["worker"],
        pid=told["pid"],
        version=told["version"],
        started_at=moment(told["started_at"]),
        memory=told["process"]["memory"],
        files=told["process"]["files"],
        cpu=round(sum(one["cpu"] for one in history) / (EVERY * (len(history) or 1)), 2),
        requests=told["requests_total"],
        errors=told["errors_total"],
        errors_lately=told["errors_lately"],
        loop=spread(told["loop"]),
        pool=PoolOut(**told["pool"]),
        line=LineOut(**told["admission"]),
        live=LiveOut(
            viewers=hub["viewers"],
            topics=hub["topics"],
            queued=hub["queued"],
            frames=hub["frames"],
            delay=spread(hub),
        ),
    )


def slowest(workers: list[Told]) -> list[RouteTimesOut]:
    """The routes whose slow requests are slowest, over all processes and statuses."""
    buckets: dict[tuple[str, str], list[int]] = {}
    errors: defaultdict[tuple[str, str], int] = defaultdict(int)
    longest: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row in (row for worker in workers for row in worker["requests"]):
        key = row["method"], row["route"]
        before = buckets.get(key, [0] * len(row["buckets"]))
        buckets[key] = [one + more for one, more in zip(before, row["buckets"], strict=True)]
        longest[key] = max(longest[key], row["longest"])
        errors[key] += sum(row["buckets"]) if row["status"] >= 500 else 0
    shown = [
        RouteTimesOut(
            method=method,
            route=route,
            count=sum(counts),
            errors=errors[method, route],
            p50=milliseconds(quantile(counts, 0.5, longest[method, route])),
            p95=milliseconds(quantile(counts, 0.95, longest[method, route])),
            longest=milliseconds(longest[method, route]),
        )
        for (method, route), counts in buckets.items()
    ]
    return sorted(shown, key=lambda one: -one.p95)[:SLOWEST]


def together(workers: list[Told]) -> list[MomentOut]:
    """The processes' last minutes as one: sums, and the worst lag."""
    at: defaultdict[int, list[Told]] = defaultdict(list)
    for sample in (sample for worker in workers for sample in worker["history"]):
        at[sample["at"]].append(sample)
    # The others' newest look may not be here yet; without theirs the sum would seem to drop.
    newest = min((worker["history"][-1]["at"] for worker in workers if worker["history"]), default=0)
    return [moment_of(tick, at[tick]) for tick in sorted(at)[-KEPT:] if tick <= newest]


def moment_of(tick: int, samples: list[Told]) -> MomentOut:
    def total(name: str) -> Any:
        return sum(one[name] for one in samples)

    answered = total("requests")
    return MomentOut(
        at=moment(tick * EVERY),
        requests=answered / EVERY,
        errors=total("errors"),
        mean=milliseconds(total("seconds") / answered) if answered else None,
        lag=milliseconds(max(one["lag"] for one in samples)),
        cpu=round(total("cpu") / EVERY, 2),
        memory=total("memory"),
        pool=total("pool"),
        queued=total("queued"),
        viewers=total("viewers"),
    )


def chores_done(workers: list[Told]) -> list[ChoreOut]:
    """When each was last done, by whichever process."""
    done: dict[str, float] = {}
    for name, at in (item for worker in workers for item in worker["chores"].items()):
        done[name] = max(at, done.get(name, 0.0))
    return [ChoreOut(name=name, done_at=moment(at)) for name, at in sorted(done.items(), key=lambda one: -one[1])]


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


def spread(told: Told) -> SpreadOut:
    return SpreadOut(p50=milliseconds(told["p50"]), p99=milliseconds(told["p99"]), max=milliseconds(told["max"]))
