"""Requests, counted by method, route and status, with how long they took. A dict and a bisection, no locks."""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from typing import Any

# Seconds, the upper ends of the histogram's buckets; one more is for all that took longer.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# The client hung up before there was an answer, as nginx writes it.
GONE = 499
LATELY = 600.0  # seconds for which errors are called recent

Key = tuple[str, str, int]  # method, route template, status


class Series:
    """One line of the histogram."""

    __slots__ = ("buckets", "longest", "total")

    def __init__(self) -> None:
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.total = self.longest = 0.0

    @property
    def count(self) -> int:
        return sum(self.buckets)

    def add(self, seconds: float) -> None:
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds
        self.longest = max(self.longest, seconds)


class Tally:
    """All requests of one process since it started."""

    def __init__(self) -> None:
        self.series: dict[Key, Series] = {}
        self.requests = self.errors = 0
        self.seconds = 0.0
        self._errors_at: deque[float] = deque(maxlen=10_000)

    def add(self, method: str, route: str, status: int, seconds: float, at: float) -> None:
        """Counts a request. `at`: when it was answered, by `perf_counter()`."""
        # The method is the client's word: an endless supply of new ones would be an endless supply of series.
        key = (method if method in METHODS else "OTHER", route, status)
        series = self.series.get(key)
        if series is None:
            series = self.series[key] = Series()
        series.add(seconds)
        self.requests += 1
        self.seconds += seconds
        if status >= 500:
            self.errors += 1
            self._errors_at.append(at)

    def errors_since(self, moment: float) -> int:
        """How many answers were errors of ours after a moment of `perf_counter()`; 10,000 at most."""
        return sum(at > moment for at in self._errors_at)

    def told(self) -> list[dict[str, Any]]:
        """The histogram as JSON."""
        return [
            {"method": m, "route": r, "status": s, "buckets": one.buckets, "total": one.total, "longest": one.longest}
            for (m, r, s), one in self.series.items()
        ]


def quantile(buckets: Iterable[int], share: float, longest: float) -> float:
    """Seconds within which this share of requests was answered, as near as the buckets tell; 0 without any."""
    counts = list(buckets)
    wanted, seen, low = sum(counts) * share, 0, 0.0
    if wanted == 0:
        return 0.0
    for count, bound in zip(counts, (*BOUNDS, longest), strict=True):
        high = max(low, min(bound, longest))
        if count and seen + count >= wanted:
            return low + (high - low) * (wanted - seen) / count
        seen, low = seen + count, high
    return longest
