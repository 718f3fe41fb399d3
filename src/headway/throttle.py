"""How often something may be tried from one place, counted in memory: for what costs nothing to refuse."""

from contextvars import ContextVar
from math import ceil
from time import monotonic

MOST_BUCKETS = 20_000


class Throttle:
    """Token buckets by name: full at first, emptied one by one, refilled evenly. One Throttle an app."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}  # (what is left, as of when), least used first

    def take(self, name: str, place: str, most: int, seconds: float, at: float | None = None) -> int:
        """Takes one try. 0 where there was one, otherwise after how many seconds there will be.

        Args:
            most: how many a full bucket holds.
            seconds: in which an empty one is full again.
        """
        at = monotonic() if at is None else at
        left = self._left(name, place, most, seconds, at)
        taken = left >= 1
        self._put((name, place), (left - 1 if taken else left, at))
        return 0 if taken else max(1, ceil((1 - left) * seconds / most))

    def give_back(self, name: str, place: str) -> None:
        """Returns one try, which turned out to be no guess."""
        if bucket := self._buckets.get((name, place)):
            self._buckets[name, place] = bucket[0] + 1, bucket[1]

    def _left(self, name: str, place: str, most: int, seconds: float, at: float) -> float:
        left, since = self._buckets.get((name, place), (float(most), at))
        return min(float(most), left + (at - since) * most / seconds)

    def _put(self, key: tuple[str, str], bucket: tuple[float, float]) -> None:
        self._buckets.pop(key, None)
        self._buckets[key] = bucket
        # Whoever has addresses without end costs no more memory than this; what counts per account is in PostgreSQL.
        if len(self._buckets) > MOST_BUCKETS:
            del self._buckets[next(iter(self._buckets))]


throttle: ContextVar[Throttle | None] = ContextVar("throttle", default=None)
