"""Building spans: what a topic's things looked like, revision by revision. Made behind the writes."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

STILL = 2**63 - 1
EVENTS_AT_ONCE = 20_000

# An import of very many tasks is one revision, so one statement, however many they are.
PATIENCE = text("SET LOCAL statement_timeout = '10min'")
PROGRESS = text(
    """
    INSERT INTO timeline (topic, told_from, told_until, kept_from) VALUES (:topic, 0, 0, 0)
    ON CONFLICT (topic) DO UPDATE SET topic = excluded.topic
    RETURNING told_until
    """
)
NEWEST = text("SELECT least(revision, CAST(:until AS bigint) + CAST(:n AS bigint)) FROM topic WHERE name = :topic")
# A window function folds each thing's events onto its open span; a span ends where the thing's next one begins.
BUILD = text(
    """
    WITH tail AS MATERIALIZED (
        SELECT * FROM told WHERE topic = :topic AND revision > :since AND revision <= :until
    ), steps AS (
        SELECT noun, entity_id, revision, position, fresh, data FROM tail
        UNION ALL
        SELECT s.noun, s.entity_id, s.since, -1, true, s.data
        FROM (SELECT DISTINCT noun, entity_id FROM tail) touched
        JOIN span s ON s.topic = :topic AND s.noun = touched.noun AND s.entity_id = touched.entity_id
                   AND s.until = :still
    ), folded AS MATERIALIZED (
        SELECT noun, entity_id, revision, position, folded(fresh, data) OVER thing AS data,
               lead(revision) OVER thing AS following
        FROM steps WINDOW thing AS (PARTITION BY noun, entity_id ORDER BY revision, position)
    ), ended AS (
        UPDATE span SET until = f.following
        FROM folded f
        WHERE f.position = -1 AND span.topic = :topic AND span.noun = f.noun AND span.entity_id = f.entity_id
          AND span.since = f.revision
    )
    INSERT INTO span (topic, noun, entity_id, since, until, data)
    SELECT :topic, noun, entity_id, revision, coalesce(following, :still), data
    FROM folded
    WHERE position >= 0 AND data IS NOT NULL AND (following IS NULL OR following > revision)
    """
)
DONE = text("UPDATE timeline SET told_until = :until WHERE topic = :topic")
BEHIND = text(
    """
    SELECT t.name FROM topic t LEFT JOIN timeline l ON l.topic = t.name
    WHERE t.name LIKE 'project:%' AND t.revision - coalesce(l.told_until, 0) >= :n ORDER BY t.name LIMIT :limit
    """
)


async def behind(db: AsyncSession, events: int, limit: int = 1_000) -> list[str]:
    """The projects' topics whose spans lack at least so many events."""
    return list((await db.scalars(BEHIND, {"n": events, "limit": limit})).all())


async def build(db: AsyncSession, topic: str) -> bool:
    """Brings a topic's spans nearer to its newest event, in the caller's transaction. Whether there is more to do.

    Two at once take turns: the progress row is locked from the first statement to the commit.
    """
    await db.execute(PATIENCE)
    since = await db.scalar(PROGRESS, {"topic": topic})
    until = await db.scalar(NEWEST, {"topic": topic, "until": since, "n": EVENTS_AT_ONCE})
    if since is None or until is None or until <= since:
        return False
    await db.execute(BUILD, {"topic": topic, "since": since, "until": until, "still": STILL})
    await db.execute(DONE, {"topic": topic, "until": until})
    return bool(until == since + EVENTS_AT_ONCE)
