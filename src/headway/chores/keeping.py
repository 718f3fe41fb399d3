"""Keeping history for so many months: what is older goes, and states since then stay exact."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Text, bindparam, text

from headway.clock import months_before
from headway.db import Database
from headway.events import timeline
from headway.trash.forgetting import HOLD_TIMELINE, drop_oldest

# Of one unit of work. The timeline's row is held as long; writers of the topic hold another, and do not wait.
EVENTS, SPANS = 5_000, 5_000

# The first event of a topic says whether anything is due, so that most topics cost one probe of the primary key.
DUE = text(
    """
    SELECT t.name, revision_at(t.name, :until) AS boundary, coalesce(l.kept_from, 0) AS kept_from
    FROM topic t
    LEFT JOIN timeline l ON l.topic = t.name
    CROSS JOIN LATERAL (SELECT e.at FROM event e WHERE e.topic = t.name ORDER BY e.revision LIMIT 1) oldest
    WHERE oldest.at <= :until AND t.name > :after
    ORDER BY t.name LIMIT :n
    """
).bindparams(bindparam("until", type_=DateTime(timezone=True)), bindparam("after", type_=Text))
BUILT = text("SELECT told_until FROM timeline WHERE topic = :topic")
# Said before anything goes: whoever asks meanwhile gets "gone" instead of half a story.
MOVE_UP = text(
    """
    UPDATE timeline SET kept_from = greatest(kept_from, :until), told_from = greatest(told_from, :until),
                        told_until = greatest(told_until, :until)
    WHERE topic = :topic
    """
).bindparams(bindparam("until", type_=BigInteger))
ENDED_SPANS = text(
    """
    DELETE FROM span WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM span
        WHERE topic = :topic AND noun = ANY('{project,state,label,task,text,comment}') AND until <= :until LIMIT :n
    )) RETURNING 1
    """
).bindparams(bindparam("until", type_=BigInteger))


async def keep(database: Database, months: int, at: datetime) -> None:
    """Deletes events, details and ended spans from before so many months ago, in small units of work."""
    until, after = months_before(at, months), ""
    while True:
        async with database.reading() as db:
            due = (await db.execute(DUE, {"until": until, "after": after, "n": 1_000})).all()
        for topic, boundary, kept_from in due:
            await keep_topic(database, topic, max(boundary, kept_from))
            after = topic
        if not due:
            return


async def keep_topic(database: Database, topic: str, until: int) -> None:
    """Deletes what led to a topic's revision `until`; what was the case at that revision can still be told."""
    if topic.startswith("project:"):
        await build_up_to(database, topic, until)
    async with database.unit_of_work() as db:
        await db.execute(HOLD_TIMELINE, {"topic": topic})
        await db.execute(MOVE_UP, {"topic": topic, "until": until})
    more = True
    while more:
        async with database.unit_of_work() as db:
            more = await drop_oldest(db, topic, until, EVENTS) > 0
    while True:
        async with database.unit_of_work() as db:
            if not (await db.scalars(ENDED_SPANS, {"topic": topic, "until": until, "n": SPANS})).all():
                return


async def build_up_to(database: Database, topic: str, until: int) -> None:
    """Has a topic's spans made at least up to a revision: after that its events are not needed for them."""
    more = True
    while more:
        async with database.unit_of_work() as db:
            told_until: Any = await db.scalar(BUILT, {"topic": topic})
            more = (told_until is None or told_until < until) and await timeline.build(db, topic)
