"""One open socket or stream: which topics it follows, how far it is, and a bounded queue of what goes out."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from headway.accounts.session import Person
from headway.live.frames import Frame
from headway.live.sight import Sight

MAX_FRAMES = 2_000
MAX_CHARACTERS = 1024 * 1024


class Ending(IntEnum):
    """Why a connection ends, as a WebSocket close code. After all but the 44…, coming back at once is right."""

    failed = 1011
    stopping = 1012
    too_slow = 1013
    signed_out = 4401
    not_allowed = 4403


@dataclass(eq=False, slots=True)
class Place:
    """How far a viewer is in a topic; None until "from now" has become a number.

    Args:
        shown: who they know to be there.
        sight: what they see of it, if that is not everything.
        begun: whether anything of it has been sent.
    """

    revision: int | None
    shown: Frame | None = None
    sight: Sight | None = None
    begun: bool = False


class Viewer:
    """A connection's state. What it does never waits, but for `next()` and `room()`, which its own tasks await."""

    def __init__(self, me: Person, *, sees_presence: bool = False) -> None:
        self.me, self.sees_presence = me, sees_presence
        self.places: dict[str, Place] = {}
        self.ending: Ending | None = None
        self.on_end: Callable[[], object] = lambda: None
        self._frames: deque[Frame] = deque()
        self._characters = 0
        self._lists: dict[str, Frame] = {}
        self._arrived = asyncio.Event()
        self._taken = asyncio.Event()

    @property
    def queued(self) -> int:
        """How many frames wait for the client."""
        return len(self._frames)

    def put(self, frame: Frame) -> None:
        """Queues a frame. Who reads too slowly is let go, and resumes: others do not wait for them."""
        if self.ending is not None:
            return
        if self._frames and (len(self._frames) >= MAX_FRAMES or self._characters + len(frame.text) > MAX_CHARACTERS):
            self.end(Ending.too_slow)
            return
        self._frames.append(frame)
        self._characters += len(frame.text)
        self._arrived.set()

    def show(self, frame: Frame) -> None:
        """Has a list of who is there sent when nothing else waits. Until then a newer one takes its place."""
        if self.ending is None:
            self._lists[frame.topic] = frame
            self._arrived.set()

    async def next(self) -> Frame | None:
        """The next frame, once there is one; None when the connection has to end."""
        while not self._frames:
            if self._lists:
                return self._lists.pop(next(iter(self._lists)))
            if self.ending is not None:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        frame = self._frames.popleft()
        self._characters -= len(frame.text)
        self._taken.set()
        return frame

    async def room(self) -> None:
        """Waits until the queue is half empty: what is read from the database comes no faster than it goes out."""
        while self.ending is None and (len(self._frames) > MAX_FRAMES // 2 or self._characters > MAX_CHARACTERS // 2):
            self._taken.clear()
            await self._taken.wait()

    def forget(self, topic: str) -> None:
        """Drops what is queued of a topic that is no longer theirs to see."""
        self._lists.pop(topic, None)
        self._frames = deque(frame for frame in self._frames if frame.topic != topic)
        self._characters = sum(len(frame.text) for frame in self._frames)
        self._taken.set()

    def end(self, ending: Ending) -> None:
        """Ends the connection as soon as its tasks come to it; nothing queued is sent any more."""
        if self.ending is None:
            self.ending = ending
            self._frames.clear()
            self._lists.clear()
            self._characters = 0
            self._arrived.set()
            self._taken.set()
            self.on_end()
