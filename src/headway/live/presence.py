"""Who is here: one roll per process. It keeps its own viewers' rows alive and reads everybody's, for all at once."""

import asyncio
import math
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import structlog

from headway.clock import new_id
from headway.db import Database
from headway.live import frames
from headway.live.frames import Frame
from headway.live.leases import Row, drop, forget_lapsed, keep, present
from headway.live.sight import Sight, masked
from headway.live.viewer import Place, Viewer

log = structlog.get_logger()

# Seconds. A lease outlives one renewal that fails. Renewals that are nearly due go along with any other write, so that
# a thousand connections do not write at a thousand different moments.
LEASE, RENEW, NEARLY_DUE = 15.0, 7.0, 5.5
# What a connection may write: one row per 5 s on average, and three at once, for opening a task and starting to type.
PER_WRITE, BURST = 5.0, 3.0
WRITES_APART, READS_APART, POLL, RETRY, PATIENCE, LAST_WORD = 0.05, 0.5, 1.5, 1.0, 10.0, 2.0
# Bytes a second that lists may take to send: with a thousand people in one place they come less often.
PACE = 20_000_000
# Seconds between looks for what killed processes have left behind.
TIDY = 60.0


class Shown(NamedTuple):
    """What a connection shows."""

    topic: str
    task_id: UUID | None
    typing: bool


@dataclass(eq=False, slots=True)
class Spot:
    """One connection's row: as it should be, as it was last written, and how many writes it has left."""

    wanted: Shown | None = None
    written: Shown | None = None
    written_at: float = 0.0
    allowance: float = BURST
    came_at: float = 0.0  # to the topic of `wanted`
    stored: bool = False  # there may be a row: a write that failed may have been done
    parted: bool = False
    connection_id: UUID = field(default_factory=new_id)

    def left_at(self, time: float) -> float:
        """The allowance by now."""
        return min(BURST, self.allowance + (time - self.written_at) / PER_WRITE)

    def due_at(self) -> float:
        """When it should be written next, given that it may not be written more often than that."""
        if self.wanted is None:
            return 0.0 if self.stored or self.parted else math.inf
        if self.wanted == self.written:
            return self.written_at + RENEW
        return self.written_at + max(0.0, 1.0 - self.allowance) * PER_WRITE


class Roll:
    """Two tasks: one writes what its own viewers show, one reads what everybody shows and hands it out.

    A list is sent only to whoever is live on its topic after the hub has read past it, so that nobody who was shut out
    before it was read is sent it.
    """

    def __init__(
        self,
        database: Database,
        live: Callable[[], Iterable[tuple[str, dict[Viewer, Place]]]],
        ring: Callable[[], None],
        read_past: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self.database, self.live, self.ring, self.read_past = database, live, ring, read_past
        self.spots: dict[Viewer, Spot] = {}
        self.frames: dict[str, Frame] = {}
        self._moved, self._woken = asyncio.Event(), asyncio.Event()
        self._tidy_at = 0.0

    # -- what viewers say

    def here(self, viewer: Viewer, shown: Shown) -> None:
        """A connection shows something of a topic that it follows."""
        spot = self.spots.setdefault(viewer, Spot())
        if spot.wanted is None or spot.wanted.topic != shown.topic:
            spot.came_at = asyncio.get_running_loop().time()
        spot.wanted = shown
        self._moved.set()

    def away(self, viewer: Viewer) -> None:
        """It shows nothing any more."""
        if spot := self.spots.get(viewer):
            spot.wanted = None
            self._moved.set()

    def part(self, viewer: Viewer) -> None:
        """The connection is gone."""
        if spot := self.spots.get(viewer):
            spot.wanted, spot.parted = None, True
            self._moved.set()

    def left(self, viewer: Viewer, topic: str) -> None:
        """It follows a topic no longer; or does again, by the time this is looked at."""
        if (spot := self.spots.get(viewer)) and spot.wanted and spot.wanted.topic == topic:
            self._moved.set()

    def wake(self) -> None:
        """Somebody may have come or gone, or follows a topic anew."""
        self._woken.set()

    # -- writing

    async def write_on(self) -> None:
        """Writes for ever what has to be, one statement at a time."""
        loop = asyncio.get_running_loop()
        failing = False
        while True:
            due = min((spot.due_at() for spot in self.spots.values()), default=loop.time() + TIDY)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(max(due, loop.time() + WRITES_APART)):
                    await self._moved.wait()
            self._moved.clear()
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._write(loop.time())
                failing = False
                await asyncio.sleep(WRITES_APART)
            except Exception:  # whatever it is, everybody's leases depend on this loop going on
                if not failing:
                    log.exception("presence.write_failed")
                failing = True
                await asyncio.sleep(RETRY)

    async def _write(self, time: float) -> None:
        rows, moved, gone = dict[Viewer, Row](), False, list[Viewer]()
        for viewer, spot in self.spots.items():
            wanted = spot.wanted
            if wanted is None or wanted.topic not in viewer.places:
                spot.wanted = None
                gone.append(viewer)
            elif time >= spot.due_at() or (wanted == spot.written and time - spot.written_at >= NEARLY_DUE):
                moved = moved or wanted != spot.written
                rows[viewer] = Row(spot.connection_id, viewer.me.person_id, time - spot.came_at, *wanted)
        ended = [self.spots[viewer].connection_id for viewer in gone if self.spots[viewer].stored]
        tidy = time >= self._tidy_at
        for viewer in rows:
            self.spots[viewer].stored = True
        if rows or ended or tidy:
            async with self.database.unit_of_work() as db:
                if rows:
                    await db.execute(*keep(rows.values(), LEASE))
                if ended:
                    await db.execute(*drop(ended))
                if tidy:
                    await db.execute(forget_lapsed)
                    self._tidy_at = time + TIDY
        for viewer, row in rows.items():
            spot = self.spots[viewer]
            spot.allowance = spot.left_at(time) - 1.0
            spot.written, spot.written_at = Shown(row.topic, row.task_id, row.typing), time
        for viewer in gone:
            spot = self.spots[viewer]
            spot.written, spot.stored = None, False
            # Kept while the connection lasts: going away and coming back earns no new allowance.
            if spot.parted:
                del self.spots[viewer]
        if moved or ended:
            self.ring()

    async def last_word(self) -> None:
        """Takes this process's viewers off the roll. What does not succeed, the leases do."""
        ids = [spot.connection_id for spot in self.spots.values() if spot.stored]
        if ids:
            async with asyncio.timeout(LAST_WORD), self.database.unit_of_work() as db:
                await db.execute(*drop(ids))

    # -- reading

    async def read_on(self) -> None:
        """Reads for ever who is where, as long as somebody here looks."""
        failing = False
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._woken.wait()
            self._woken.clear()
            try:
                sent = await self._read()
                failing = False
                await asyncio.sleep(max(READS_APART, sent / PACE))
            except Exception:  # as above
                if not failing:
                    log.exception("presence.read_failed")
                failing = True
                await asyncio.sleep(RETRY)

    async def _read(self) -> int:
        """Reads once and hands out; how many characters that were."""
        topics = [topic for topic, viewers in self.live() if any(viewer.sees_presence for viewer in viewers)]
        if not topics:
            self.frames.clear()
            return 0
        async with asyncio.timeout(PATIENCE):
            async with self.database.reading() as db:
                rows = (await db.execute(*present(topics))).all()
            await self.read_past()
        found = dict(map(tuple, rows))
        new = {topic: frames.presence(topic, found.get(topic, "[]")) for topic in topics}
        # The same list stays the same frame, which is how a viewer is known to have it.
        self.frames = {t: old if (old := self.frames.get(t)) == frame else frame for t, frame in new.items()}
        return sum(self._show(topic, viewers) for topic, viewers in self.live())

    def _masked(self, frame: Frame, sight: Sight) -> Frame:
        return frames.presence(frame.topic, masked(frames.people_of(frame), sight.tasks))

    def _show(self, topic: str, viewers: dict[Viewer, Place]) -> int:
        frame, sent = self.frames.get(topic), 0
        for viewer, place in viewers.items():
            if frame and viewer.sees_presence and place.shown is not frame:
                place.shown = frame
                viewer.show(frame if place.sight is None else self._masked(frame, place.sight))
                sent += len(frame.text)
        return sent
