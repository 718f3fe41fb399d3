"""The hub: one per process. Reads what its viewers' topics have new, once for all of them, and hands it out."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from headway.clock import now
from headway.db import Database
from headway.errors import Unauthenticated
from headway.events.queries import events_after
from headway.live import frames
from headway.live.bell import Bell
from headway.live.presence import Roll
from headway.live.queries import is_topic, next_allowed, person_topic, standing, still_allowed
from headway.live.sight import RELOAD, Sight
from headway.live.sight_queries import sight_now
from headway.live.telling import Telling
from headway.live.viewer import Ending, Place, Viewer
from headway.settings import Settings

log = structlog.get_logger()

PAGE = 200  # events of a topic in one read
AT_ONCE = 4  # viewers that catch up at the same time; the pool belongs to requests first
# Seconds: between reads without a bell; between reads under load; after a failed one; for the slowest one; between
# looks at everybody's session, which may have run out without an event.
POLL, GATHER, RETRY, PATIENCE, LOOK_AGAIN = 1.5, 0.005, 1.0, 20.0, 60.0
MANY = 2_000  # frames handed out before others get a turn on the loop
NOTHING = -1  # the revision of somebody who has seen nothing yet
DELAYS = 200  # reads whose delay is remembered


@dataclass(eq=False, slots=True)
class Channel:
    """A topic somebody here follows, read up to `cursor`. `owners` are kept informed of their own topic unasked."""

    cursor: int
    live: dict[Viewer, Place] = field(default_factory=dict)
    owners: set[Viewer] = field(default_factory=set)


class Hub:
    """Viewers, the channels they are live on, and the task that reads.

    Nothing committed after a revoke is delivered: everything new is read by one statement, the viewers' own topics
    included, and where those say that access changed, it is looked up anew before anything of that read goes out.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.bell = Bell(settings, self._rung)
        self.viewers: set[Viewer] = set()
        self.channels: dict[str, Channel] = {}
        self.roll = Roll(database, self._projects, self.bell.ring, self.read_past)
        self.closing = False
        self.failing = False
        self._sent = 0
        self._delays: deque[float] = deque(maxlen=DELAYS)
        self._woken = asyncio.Event()
        self._waiting: list[asyncio.Event] = []
        self._catching_up = asyncio.Semaphore(max(1, min(AT_ONCE, settings.pool_size // 2)))
        self._look_again_at = 0.0
        self._tasks: list[asyncio.Task[None]] = []
        self._looking: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begins to read and to listen. A database that is away is waited for."""
        works = self._read_on(), self.bell.run(), self.roll.write_on(), self.roll.read_on()
        self._tasks = [asyncio.create_task(work) for work in works]

    def close(self) -> None:
        """Ends every connection and takes no more: a server that shuts down waits for them."""
        self.closing = True
        for viewer in self.viewers:
            viewer.end(Ending.stopping)

    async def stop(self) -> None:
        """Closes, and stops reading."""
        self.close()
        tasks = [*self._tasks, *self._looking]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(SQLAlchemyError, OSError):
            await self.roll.last_word()

    def wake(self) -> None:
        """There may be something new."""
        self._woken.set()

    def _rung(self) -> None:
        self.wake()
        self.roll.wake()

    async def read_past(self) -> None:
        """Returns once a read that begins after this has been handed out: who lost access until now is out by then."""
        through = asyncio.Event()
        self._waiting.append(through)
        self.wake()
        await through.wait()

    def _projects(self) -> Iterator[tuple[str, dict[Viewer, Place]]]:
        return ((topic, channel.live) for topic, channel in self.channels.items() if topic.startswith("project:"))

    # -- viewers come and go

    async def join(self, viewer: Viewer, *, own_topic: bool = False) -> None:
        """Makes a viewer known, from here on informed of what happens to their access.

        Args:
            viewer: whoever `who_is_asking` said.
            own_topic: also deliver their own topic, from now on.

        Raises:
            Unauthenticated: they have been signed out meanwhile.
        """
        topic = person_topic(viewer.me.person_id)
        while True:
            async with self.database.reading() as db:
                signed_in, revision = (await db.execute(*standing(viewer.me, now()))).one()
            if not signed_in:
                raise Unauthenticated("signed_out", "You are signed out. Sign in again.")
            channel = self.channels.get(topic)
            # Had the hub read further meanwhile, an access.changed might have been passed by.
            if channel is None or channel.cursor <= revision:
                break
        channel = self._channel(topic, revision)
        channel.owners.add(viewer)
        self.viewers.add(viewer)
        if own_topic:
            channel.live[viewer] = viewer.places[topic] = Place(revision)
            viewer.put(frames.following(topic, revision))
        if self.closing:
            viewer.end(Ending.stopping)

    def part(self, viewer: Viewer) -> None:
        """Forgets a viewer."""
        self.viewers.discard(viewer)
        self.roll.part(viewer)
        for topic in list(viewer.places):
            self.leave(viewer, topic)
        topic = person_topic(viewer.me.person_id)
        if channel := self.channels.get(topic):
            channel.owners.discard(viewer)
            self._tidy(topic, channel)

    def leave(self, viewer: Viewer, topic: str) -> None:
        """The viewer follows the topic no longer."""
        viewer.places.pop(topic, None)
        self.roll.left(viewer, topic)
        if channel := self.channels.get(topic):
            channel.live.pop(viewer, None)
            self._tidy(topic, channel)

    def _channel(self, topic: str, revision: int) -> Channel:
        channel = self.channels.get(topic)
        if channel is None:
            channel = self.channels[topic] = Channel(revision)
            self.wake()  # the read that is under way does not know of it
        return channel

    def _tidy(self, topic: str, channel: Channel) -> None:
        if not channel.live and not channel.owners:
            del self.channels[topic]

    # -- catching up

    async def follow(self, viewer: Viewer, topics: Mapping[str, int | None], reach: int | None) -> None:
        """Sends what a viewer has missed of some topics, then has them delivered live: no gap, nothing twice.

        Args:
            viewer: has joined.
            topics: after which revision of each; None is from now on.
            reach: who is further behind than this is told to reload; None replays everything.
        """
        waiting: dict[str, Place] = {}
        for topic, after in topics.items():
            self.leave(viewer, topic)
            if is_topic(topic):
                waiting[topic] = viewer.places[topic] = Place(after)
            else:
                viewer.put(frames.gone(topic))
        await self._catch_up_all(viewer, waiting, reach)

    async def _catch_up_all(self, viewer: Viewer, waiting: dict[str, Place], reach: int | None) -> None:
        try:
            while waiting:
                rows = await self._next_allowed(viewer, waiting, reach)
                waiting = await self._catch_up(viewer, waiting, rows)
        except BaseException:
            viewer.end(Ending.failed)  # it comes back and resumes; half a catching up would be a gap
            raise

    async def _next_allowed(
        self, viewer: Viewer, waiting: Mapping[str, Place], reach: int | None
    ) -> dict[str, list[Row[str, int, int | None, str | None, bool]]]:
        cursors = {topic: place.revision for topic, place in waiting.items()}
        limit = max(10, PAGE // len(cursors))
        found = defaultdict(list)
        async with self._catching_up, self.database.reading() as db:
            for row in await db.execute(*next_allowed(viewer.me.person_id, cursors, limit, reach)):
                found[row[0]].append(row)
        return found

    async def _catch_up(
        self,
        viewer: Viewer,
        waiting: Mapping[str, Place],
        found: Mapping[str, Sequence[Row[str, int, int | None, str | None, bool]]],
    ) -> dict[str, Place]:
        """Queues one read's events. Returns the topics that need another."""
        again = {}
        for topic, place in waiting.items():
            # After each wait: has it been left, followed anew, or lost meanwhile? Then this is not ours any more.
            if viewer.places.get(topic) is not place:
                continue
            if topic not in found:
                self._lose(viewer, topic)
                continue
            _, newest, first, _, restricted = found[topic][0]
            place.begun = True
            if restricted:
                # Before the wait: should that change meanwhile, the look-up sees by it that this place is out of date.
                place.sight = Sight(str(viewer.me.person_id), set())
                if not await self._look(viewer, topic, place):
                    again[topic] = place
                continue
            place.sight = None
            if place.revision is None:
                place.revision = newest
            elif place.revision > newest or (place.revision < newest and first != place.revision + 1):
                # Ahead of us is somebody who knew a database that has been restored since. Where the next event is not
                # there, it is beyond the viewer's reach or older than history is kept.
                viewer.put(frames.reload(topic, newest))
                place.revision = newest
            for _, _, revision, data, _ in found[topic]:
                if revision is None or data is None or revision <= place.revision:
                    break
                await viewer.room()
                if viewer.places.get(topic) is not place:
                    break
                viewer.put(frames.event(topic, revision, data))
                place.revision = revision
            if viewer.places.get(topic) is place and not self._go_live(viewer, topic, place, newest):
                again[topic] = place
        return again if viewer.ending is None else {}

    async def _look(self, viewer: Viewer, topic: str, place: Place) -> bool:
        """Has somebody who sees a part of a project go live there; False if that has to be tried again.

        Whoever is behind fetches the snapshot: what they saw at each step in between is not known any more.
        """
        async with self._catching_up, self.database.reading() as db:
            row = (await db.execute(*sight_now(viewer.me.person_id, about(topic)))).one_or_none()
        if viewer.places.get(topic) is not place:
            return True
        if row is None or not row[1]:
            return False  # that has changed since: the next read says how
        newest, _, tasks = row
        known = place.revision
        if known not in (None, newest):
            viewer.put(frames.reload(topic, newest))
        place.revision, place.sight = newest, Sight(str(viewer.me.person_id), set(tasks))
        is_live = self._go_live(viewer, topic, place, newest)
        if known is None and not is_live:
            place.revision = None  # "from now on" is from then on
        return is_live

    def _go_live(self, viewer: Viewer, topic: str, place: Place, newest: int) -> bool:
        # No await from the comparison to the entry, so the hub cannot deliver anything in between. It must not have
        # read past this viewer either: what it has handed out already is then read from the database once more.
        assert place.revision is not None
        if place.revision < newest or ((known := self.channels.get(topic)) and known.cursor > place.revision):
            return False
        self._channel(topic, place.revision).live[viewer] = place
        viewer.put(frames.following(topic, place.revision))
        self.roll.wake()
        return True

    # -- delivering

    async def _read_on(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._woken.wait()
            self._woken.clear()
            waiting, self._waiting = self._waiting, []
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._read()
                self.failing = False
                for through in waiting:
                    through.set()
                await asyncio.sleep(GATHER)
            except Exception:  # whatever it is, everybody's events depend on this loop going on
                if not self.failing:
                    log.exception("live.read_failed")
                self.failing = True
                self._waiting += waiting
                await asyncio.sleep(RETRY)

    async def _read(self) -> None:
        cursors = {topic: channel.cursor for topic, channel in self.channels.items()}
        if not cursors:
            return
        async with self.database.reading() as db:
            events = (await db.execute(*events_after(cursors, PAGE))).all()
            # Little happens on people's own topics, and most of it is about access; so all of it is taken for that.
            read_past = {topic: revision for topic, revision, _ in events if topic.startswith("person:")}
            if read_past:
                # Before the next await: whoever joins while this is looked up has to have read past these events, or
                # what they were told of their access could be older than the look-up that leaves them out.
                owners = {v for t in read_past if (c := self._pass(t, read_past[t])) for v in c.owners}
                try:
                    await self._look_up(db, owners)
                except BaseException:
                    for topic in read_past:
                        self._back(topic, cursors[topic])
                    raise
            elif asyncio.get_running_loop().time() > self._look_again_at:
                await self._look_up(db, set(self.viewers))
                self._look_again_at = asyncio.get_running_loop().time() + LOOK_AGAIN
        await self._deliver(events)
        if PAGE in Counter(topic for topic, _, _ in events).values():
            self.wake()

    def _pass(self, topic: str, revision: int) -> Channel | None:
        if channel := self.channels.get(topic):
            channel.cursor = max(channel.cursor, revision)
        return channel

    def _back(self, topic: str, revision: int) -> None:
        # Read again, nothing comes twice: each viewer's place says how far they are.
        if channel := self.channels.get(topic):
            channel.cursor = min(channel.cursor, revision)

    async def _look_up(self, db: AsyncSession, viewers: Collection[Viewer]) -> None:
        """Asks what these viewers may still follow, and takes the rest from them."""
        # Places that are still catching up too: their events were read before this, and more would come.
        places = [(viewer, topic, place) for viewer in viewers for topic, place in viewer.places.items()]
        pairs = {(viewer.me.person_id, topic) for viewer, topic, _ in places}
        rows = (await db.execute(*still_allowed({way(v) for v in viewers}, pairs, now()))).all()
        left = {(person, topic): restricted for person, topic, restricted in rows}
        for viewer in viewers:
            if ("", str(way(viewer))) not in left:
                viewer.end(Ending.signed_out)
        for viewer, topic, place in places:
            # A place taken anew since then was allowed by a later statement than this one.
            if viewer.places.get(topic) is not place:
                continue
            restricted = left.get((str(viewer.me.person_id), topic))
            if restricted is None:
                self._lose(viewer, topic)
            elif restricted != (place.sight is not None):
                # Also where it is still catching up: it would go live with what was true when its events were read.
                self._look_anew(viewer, topic)

    def _look_anew(self, viewer: Viewer, topic: str) -> None:
        """Begins again with somebody who sees more, or less, of a topic than before: with the snapshot."""
        viewer.forget(topic)
        if channel := self.channels.get(topic):
            channel.live.pop(viewer, None)
        before = viewer.places[topic]
        # Who has been sent nothing yet begins where they wanted to.
        place = viewer.places[topic] = Place(NOTHING if before.begun else before.revision)
        task = asyncio.create_task(self._catch_up_all(viewer, {topic: place}, reach=0))
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _lose(self, viewer: Viewer, topic: str) -> None:
        self.leave(viewer, topic)
        viewer.forget(topic)
        viewer.put(frames.gone(topic))

    async def _deliver(self, events: Sequence[Row[str, int, str]]) -> None:
        handed_out = 0
        told = await self._tell_apart(events)
        for topic, revision, data in events:
            channel = self.channels.get(topic)
            if channel is None:
                continue
            frame = frames.event(topic, revision, data)
            for viewer, place in channel.live.items():
                if place.revision is not None and place.revision < revision:
                    place.revision = revision
                    if place.sight is None:
                        viewer.put(frame)
                    elif topic in told:
                        told[topic].tell(viewer, place.sight, frame)
                    else:  # live only since that was looked up: it comes back and begins with the snapshot
                        viewer.end(Ending.failed)
                    self._sent += 1
            channel.cursor = max(channel.cursor, revision)
            handed_out += len(channel.live)
            if handed_out > MANY:
                handed_out = 0
                await asyncio.sleep(0)
        for one in told.values():
            one.finish()
        if events:
            # One event stands for those that were read with it: parsing all of them would delay them.
            with suppress(ValueError, KeyError):
                at = datetime.fromisoformat(orjson.loads(events[-1][2])["at"])
                self._delays.append(max(0.0, (now() - at).total_seconds()))

    async def _tell_apart(self, events: Sequence[Row[str, int, str]]) -> dict[str, Telling]:
        """What it takes to tell each event to those who see a part of its project; for projects with such viewers."""
        seeing = {
            topic: people
            for topic in {topic for topic, _, _ in events if topic.startswith("project:")}
            if (channel := self.channels.get(topic))
            and (people := {place.sight.person_id for place in channel.live.values() if place.sight})
        }
        told: dict[str, Telling] = {}
        for topic, people in seeing.items():
            some = {revision: orjson.loads(data) for where, revision, data in events if where == topic}
            if any(event["kind"] == RELOAD for event in some.values()):
                # What it did to each task is not in it, so who sees what has to be looked up.
                channel = self.channels.get(topic)
                for viewer, place in list(channel.live.items()) if channel else ():
                    if place.sight:
                        self._look_anew(viewer, topic)
                continue
            async with self.database.reading() as db:
                told[topic] = await Telling.of(db, some, people)
        return told

    # -- how it is

    @property
    def is_well(self) -> bool:
        """Whether it reads, and hears from the database."""
        return bool(self._tasks) and not self.failing and not any(task.done() for task in self._tasks)

    def figures(self) -> dict[str, Any]:
        """For metrics: how many viewers, topics and frames; delays are seconds from an event's time to its viewers."""
        late = sorted(self._delays) or [0.0]
        return {
            "viewers": len(self.viewers),
            "topics": len(self.channels),
            "queued": sum(viewer.queued for viewer in self.viewers),
            "frames": self._sent,
            "p50": late[len(late) // 2],
            "p99": late[int(len(late) * 0.99)],
            "max": late[-1],
        }


def about(topic: str) -> UUID:
    """What a topic is about."""
    return UUID(topic.partition(":")[2])


def way(viewer: Viewer) -> UUID:
    """The session or token they came with."""
    found = viewer.me.session_id or viewer.me.token_id
    assert found is not None
    return found
