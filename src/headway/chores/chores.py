"""The list of chores: what is done now and then, and how often. Each is idempotent and bounded."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from headway.chores.backups import back_up
from headway.chores.keeping import keep
from headway.db import Database
from headway.events import timeline
from headway.idempotency.commands import forget_answers
from headway.live.leases import forget_lapsed
from headway.settings import Settings
from headway.trash.purging import purge, sweep

MINUTE, HOUR = 60.0, 3_600.0
MANY_EVENTS = 500  # of one topic: from here on reading its past would fold too long a tail
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do every so many seconds."""

    name: str
    every: float
    do: Callable[[Database, Settings, datetime], Awaitable[None]]


async def build_long_timelines(database: Database, _: Settings, __: datetime) -> None:
    """Brings the spans of projects nearer to now where a lot has happened."""
    await build_timelines(database, MANY_EVENTS)


async def build_all_timelines(database: Database, _: Settings, __: datetime) -> None:
    """Brings every project's spans up to now."""
    await build_timelines(database, 1)


async def build_timelines(database: Database, events: int) -> None:
    """Builds the spans of topics that are at least so many events behind, a bounded number in each unit of work."""
    async with database.reading() as db:
        topics = await timeline.behind(db, events)
    for topic in topics:
        more = True
        while more:
            async with database.unit_of_work() as db:
                more = await timeline.build(db, topic)


async def empty_trash(database: Database, settings: Settings, at: datetime) -> None:
    """Ends for good what has been in the trash for long enough."""
    await purge(database, settings.trash_days, at)


async def sweep_projects(database: Database, _: Settings, __: datetime) -> None:
    """Takes projects apart that somebody has ended for good."""
    await sweep(database)


async def forget_old_answers(database: Database, _: Settings, __: datetime) -> None:
    """Lets go of answers that were kept for repeated requests."""
    more = True
    while more:
        async with database.unit_of_work() as db:
            more = await forget_answers(db, AT_ONCE) == AT_ONCE


async def forget_the_absent(database: Database, _: Settings, __: datetime) -> None:
    """Deletes presence whose lease ran out a while ago: by the database's clock, which leases are counted on."""
    async with database.unit_of_work() as db:
        await db.execute(forget_lapsed)


async def keep_history(database: Database, settings: Settings, at: datetime) -> None:
    """Lets go of history that is older than the setting says, if it says anything."""
    if settings.history_months:
        await keep(database, settings.history_months, at)


CHORES = (
    Chore("long timelines", 10, build_long_timelines),
    Chore("timelines", 5 * MINUTE, build_all_timelines),
    Chore("presence", MINUTE, forget_the_absent),
    Chore("ended projects", MINUTE, sweep_projects),
    Chore("trash", HOUR, empty_trash),
    Chore("answers", HOUR, forget_old_answers),
    Chore("history", HOUR, keep_history),
    Chore("backup", MINUTE, back_up),
)
