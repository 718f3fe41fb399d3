"""How late the event loop is: a task that wants to be woken ten times a second, and sees when it really is."""

import asyncio
from collections import deque
from time import perf_counter

EVERY = 0.1  # seconds
KEPT = 600  # samples: the last minute


class Lag:
    """Samples of the last minute, in seconds."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=KEPT)
        self._worst = 0.0

    async def sample(self) -> None:
        """Samples for ever. Not by the loop's own clock, which stands still for as long as the loop is busy."""
        while True:
            wanted = perf_counter() + EVERY
            await asyncio.sleep(EVERY)
            late = max(0.0, perf_counter() - wanted)
            self._late.append(late)
            self._worst = max(self._worst, late)

    def take_worst(self) -> float:
        """The largest since this was last asked."""
        worst, self._worst = self._worst, 0.0
        return worst

    def told(self) -> dict[str, float]:
        """Median, 99th percentile and maximum of the last minute."""
        late = sorted(self._late) or [0.0]
        return {"p50": late[len(late) // 2], "p99": late[int(len(late) * 0.99)], "max": late[-1]}
