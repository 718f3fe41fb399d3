"""Taking things out of history: some things on every topic, or a topic's oldest events."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Text, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

NOUNS = ["task", "comment", "project"]

# Building spans begins with this lock too: it cannot put back from an older snapshot what is being taken out.
HOLD_TIMELINE = text(
    """
    INSERT INTO timeline (topic, told_from, told_until, kept_from) VALUES (:topic, 0, 0, 0)
    ON CONFLICT (topic) DO UPDATE SET topic = excluded.topic
    """
)
# The row of each event stays, so that revisions have no gap; it says no more than that there was something.
UNSAY = [
    text(
        f"""
        UPDATE {table} SET kind = split_part(kind, '.', 1) || '.purged', before = NULL, after = NULL
        WHERE entity_id = ANY(:ids) AND split_part(kind, '.', 1) = ANY(:nouns)
        """  # noqa: S608 - two names of ours
    ).bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("nouns", NOUNS, ARRAY(Text)))
    for table in ("event", "change_detail")
]
UNTELL = text(
    "DELETE FROM span WHERE topic = :topic AND noun IN ('task', 'text', 'comment') AND entity_id = ANY(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))

OLDEST = text(
    """
    WITH oldest AS (
        SELECT revision FROM event WHERE topic = :topic AND revision <= :until ORDER BY revision LIMIT :n
    ), gone AS (
        DELETE FROM event USING oldest WHERE event.topic = :topic AND event.revision = oldest.revision
        RETURNING event.change_set_id
    )
    SELECT DISTINCT change_set_id FROM gone
    """
).bindparams(bindparam("until", type_=BigInteger), bindparam("n", type_=BigInteger))
DETAILS = text("DELETE FROM change_detail WHERE topic = :topic AND change_set_id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)
# One that was undone later stays as long as that undo does.
ORPHANS = text(
    """
    DELETE FROM change_set c
    WHERE c.id = ANY(:ids)
      AND NOT EXISTS (SELECT FROM event e WHERE e.change_set_id = c.id)
      AND NOT EXISTS (SELECT FROM change_detail d WHERE d.change_set_id = c.id)
      AND NOT EXISTS (SELECT FROM change_set u WHERE u.undoes = c.id)
      AND NOT EXISTS (SELECT FROM imported_thing i WHERE i.change_set_id = c.id)
    RETURNING c.undoes
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))


async def unsay(db: AsyncSession, topic: str, ids: Sequence[UUID]) -> None:
    """Leaves of some tasks, comments or projects in all history only that there was something."""
    await db.execute(HOLD_TIMELINE, {"topic": topic})
    for statement in UNSAY:
        await db.execute(statement, {"ids": list(ids)})
    await db.execute(UNTELL, {"topic": topic, "ids": list(ids)})


async def drop_oldest(db: AsyncSession, topic: str, until: int, n: int) -> int:
    """Deletes a topic's `n` oldest events up to a revision, their details, and change sets that are left empty.

    Returns:
        How many change sets they were of; 0 when there is nothing left to delete.
    """
    ids = list((await db.scalars(OLDEST, {"topic": topic, "until": until, "n": n})).all())
    if ids:
        await db.execute(DETAILS, {"topic": topic, "ids": ids})
    found, dropped = ids, len(ids)
    while found:
        found = [undone for undone in await db.scalars(ORPHANS, {"ids": found}) if undone is not None]
    return dropped
