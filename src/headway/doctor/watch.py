"""Watches an event loop while it works: for how long nothing else got a turn, and who had it meanwhile."""

import asyncio
import sys
import sysconfig
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import NamedTuple

BEAT = 0.005  # seconds between looks
COMPUTED = 0.2  # of the thread's own time at a stretch: whatever else it waited for, it computed
SUSPECT = 0.02  # from here on the thread looks where the loop is
LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


class Place(NamedTuple):
    """Where the loop was. The line may differ from one look to the next, the function does not."""

    function: str
    line: int

    def __str__(self) -> str:
        module, _, name = self.function.partition(":")
        return f"{module}:{self.line} ({name})"


UNSEEN = Place("somewhere:unseen", 0)


@dataclass(slots=True)
class Stalls:
    """The longest stall of each place, in seconds, and the place.

    Waiting: the loop's thread slept, which is what a blocking call does. Computing: it worked.
    """

    waiting: dict[str, tuple[float, Place]] = field(default_factory=dict)
    computing: dict[str, tuple[float, Place]] = field(default_factory=dict)

    @property
    def longest(self) -> float:
        return max((seconds for seconds, _ in (*self.waiting.values(), *self.computing.values())), default=0.0)


def recurring(rounds: Sequence[dict[str, tuple[float, Place]]]) -> tuple[float, Place]:
    """The stall that came back in every round, as short as it ever was.

    A busy machine strikes elsewhere each time, or stops the thread that looks as well, which then has seen nothing.
    """
    everywhere = set(rounds[0]).intersection(*rounds[1:]) - {UNSEEN.function}
    stalls = [min((one[function] for one in rounds), key=lambda stall: stall[0]) for function in everywhere]
    return max(stalls, key=lambda stall: stall[0], default=(0.0, UNSEEN))


class Watch:
    """A heartbeat on the loop says how late it is, a thread beside it where the loop was at that time."""

    def __init__(self) -> None:
        self.stalls = Stalls()
        self._loop_thread = threading.get_ident()
        self._beat_at = time.perf_counter()
        self._seen: list[Place] = []
        self._over = threading.Event()

    async def beat(self) -> None:
        """Notes every turn of the loop, for ever."""
        while True:
            self._seen, self._beat_at = [], time.perf_counter()
            worked_before = time.thread_time()
            await asyncio.sleep(BEAT)
            late = time.perf_counter() - self._beat_at - BEAT
            worked = time.thread_time() - worked_before
            # On a crowded machine the rest of a long computation is waiting for a core.
            computed = worked > late / 2 or worked > COMPUTED
            kind = self.stalls.computing if computed else self.stalls.waiting
            place = most_often(self._seen)
            if late > kind.get(place.function, (0.0, place))[0]:
                kind[place.function] = late, place

    def look(self) -> None:
        """In a thread: where the loop is while its heart does not beat."""
        while not self._over.wait(BEAT):
            if time.perf_counter() - self._beat_at > BEAT + SUSPECT:
                frame = sys._current_frames().get(self._loop_thread)
                place = place_of(frame)
                if place is not None:
                    self._seen.append(place)

    def stop(self) -> None:
        """The thread may go."""
        self._over.set()


def most_often(seen: list[Place]) -> Place:
    """Where the loop was for most of a stall; the first line of it that was seen."""
    if not seen:
        return UNSEEN
    function, _ = Counter(place.function for place in seen).most_common(1)[0]
    return next(place for place in seen if place.function == function)


@asynccontextmanager
async def watched() -> AsyncIterator[Stalls]:
    """The stalls of the running loop while the block lasts; complete once it has ended."""
    watch = Watch()
    heart = asyncio.create_task(watch.beat())
    eye = threading.Thread(target=watch.look, daemon=True)
    eye.start()
    await asyncio.sleep(0)  # the heart's first beat
    try:
        yield watch.stalls
        await asyncio.sleep(2 * BEAT)  # the last stall is noted when it is over
    finally:
        watch.stop()
        heart.cancel()
        await asyncio.gather(heart, return_exceptions=True)
        await asyncio.to_thread(eye.join)


def place_of(frame: FrameType | None) -> Place | None:
    """The innermost frame that is the application's own; a library's where there is none."""
    innermost = frame
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        library = frame.f_code.co_filename.startswith((*LIBRARIES, "<")) and not module.startswith("headway.")
        if not library and not module.startswith("headway.doctor."):
            return told(frame)
        frame = frame.f_back
    return told(innermost)


def told(frame: FrameType | None) -> Place | None:
    return Place(f"{frame.f_globals.get('__name__')}:{frame.f_code.co_name}", frame.f_lineno) if frame else None
