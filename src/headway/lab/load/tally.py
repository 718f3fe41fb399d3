"""Counting what came back, and what the generator itself used meanwhile."""

import asyncio
import math
import time
from array import array
from collections import Counter, defaultdict
from typing import NamedTuple

from headway.lab.load.jobs import Part, Summary
from headway.runs.schemas import Latency

LAG_EVERY = 0.01


class Outcome(NamedTuple):
    name: str
    sent: float
    ended: float
    size: int = 0
    failure: str | None = None
    gave_up: bool = False


class Window:
    """The time that counts, in seconds of perf_counter; its end may not be known yet."""

    def __init__(self, start: float = math.inf, end: float = math.inf) -> None:
        self.start, self.end = start, end

    def holds(self, moment: float) -> bool:
        return self.start <= moment < self.end

    @property
    def seconds(self) -> float:
        return self.end - self.start


class Tally:
    def __init__(self) -> None:
        self.latencies: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
        self.failed: Counter[str] = Counter()
        self.unanswered = 0
        self.in_window = 0
        self.bytes = 0

    def note(self, outcome: Outcome, since: float, window: Window) -> None:
        if outcome.gave_up:
            self.unanswered += 1
        elif outcome.failure is not None:
            self.failed[outcome.failure] += 1
        else:
            self.latencies[outcome.name].append(outcome.ended - since)
            self.bytes += outcome.size
            self.in_window += window.holds(outcome.ended)

    def summary(self, seconds: float) -> Summary:
        everything = sorted(value for some in self.latencies.values() for value in some)
        return Summary(
            seconds=seconds,
            answered=len(everything),
            failed=dict(self.failed),
            unanswered=self.unanswered,
            throughput=self.in_window / seconds if seconds > 0 else 0.0,
            latency=_latency(everything),
        )

    def parts(self) -> dict[str, Part]:
        return {name: _part(sorted(values)) for name, values in self.latencies.items()}


def _part(ordered: list[float]) -> Part:
    latency = _latency(ordered)
    if latency is None:
        return Part(answered=0, mean=None, p99=None)
    return Part(answered=len(ordered), mean=latency.mean, p99=latency.p99)


def _latency(ordered: list[float]) -> Latency | None:
    if not ordered:
        return None
    return Latency(
        mean=math.fsum(ordered) / len(ordered) * 1000,
        p50=percentile(ordered, 0.5) * 1000,
        p90=percentile(ordered, 0.9) * 1000,
        p99=percentile(ordered, 0.99) * 1000,
        longest=ordered[-1] * 1000,
    )


def percentile(ordered: list[float], share: float) -> float:
    """Between the two nearest of an ordered list, as numpy does it."""
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


class OwnLoad:
    """The generator's own CPU share and lateness, from start() to stop()."""

    def __init__(self) -> None:
        self._lags: list[float] = []
        self.busy = 0.0

    def start(self) -> None:
        self._cpu, self._wall = time.process_time(), time.perf_counter()
        self._lags.clear()
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            before = time.perf_counter()
            try:
                await asyncio.sleep(LAG_EVERY)
            finally:  # stopped in the middle of being late counts too
                self._note(max(0.0, time.perf_counter() - before - LAG_EVERY))

    def _note(self, late: float) -> None:
        """And for each look that could not be taken meanwhile, or one long lateness would hide among the short ones."""
        self._lags.append(late)
        while (late := late - LAG_EVERY) > 0:
            self._lags.append(late)

    def stop(self) -> None:
        self._watching.cancel()
        wall = time.perf_counter() - self._wall
        self.busy = (time.process_time() - self._cpu) / wall if wall > 0 else 0.0

    @property
    def lag_p99(self) -> float:
        return percentile(sorted(self._lags), 0.99) * 1000 if self._lags else 0.0
