"""Watches an event loop while it works: for how long nothing else got a turn, and who had it meanwhile."""

import asyncio
import sys
import sysconfig
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import FrameType

BEAT = 0.005  # seconds between looks
SUSPECT = 0.02  # from here on the thread looks where the loop is
LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


@dataclass(slots=True)
class Stall:
    """The longest time without a turn, in seconds, and where the loop was, if it was seen there."""

    seconds: float = 0.0
    where: str | None = None


@dataclass(slots=True)
class Stalls:
    """Waiting: the loop's thread slept, which is what a blocking call does. Computing: it worked."""

    waiting: Stall
    computing: Stall

    @property
    def longest(self) -> Stall:
        return max(self.waiting, self.computing, key=lambda one: one.seconds)


class Watch:
    """A heartbeat on the loop says how late it is, a thread beside it where the loop was at that time."""

    def __init__(self) -> None:
        self.stalls = Stalls(Stall(), Stall())
        self._loop_thread = threading.get_ident()
        self._beat_at = time.perf_counter()
        self._seen: str | None = None
        self._over = threading.Event()

    async def beat(self) -> None:
        """Notes every turn of the loop, for ever."""
        while True:
            self._seen, self._beat_at = None, time.perf_counter()
            worked_before = time.thread_time()
            await asyncio.sleep(BEAT)
            late = time.perf_counter() - self._beat_at - BEAT
            worked = time.thread_time() - worked_before
            kind = self.stalls.computing if worked > late / 2 else self.stalls.waiting
            if late > kind.seconds:
                kind.seconds, kind.where = late, self._seen

    def look(self) -> None:
        """In a thread: where the loop is while its heart does not beat."""
        while not self._over.wait(BEAT):
            if time.perf_counter() - self._beat_at > BEAT + SUSPECT:
                frame = sys._current_frames().get(self._loop_thread)
                self._seen = self._seen or place_of(frame)

    def stop(self) -> None:
        """The thread may go."""
        self._over.set()


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


def place_of(frame: FrameType | None) -> str | None:
    """The innermost frame that is the application's own; a library's where there is none."""
    innermost = frame
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        ours = module.startswith("headway.") and not module.startswith("headway.doctor.")
        if ours or (not frame.f_code.co_filename.startswith((*LIBRARIES, "<")) and not module.startswith("headway.")):
            return told(frame)
        frame = frame.f_back
    return told(innermost)


def told(frame: FrameType | None) -> str | None:
    return f"{frame.f_globals.get('__name__')}:{frame.f_lineno} ({frame.f_code.co_name})" if frame else None
