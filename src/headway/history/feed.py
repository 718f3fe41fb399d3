"""What happened in a project or to one thing: change sets, newest first."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Row, Text, Uuid, bindparam, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from headway.errors import NotFound
from headway.history.schemas import Noun
from headway.history.telling import SHOWN, change_fields, numbers, things_of, told
from headway.paging import decode_cursor, encode_cursor
from headway.projects.models import Project
from headway.projects.queries import only_visible

FIRST = 2**63 - 1
# So many events are looked through at most for one statement's answer: a filter that keeps little of a million events
# must not read them all. Nobody has to know where that ended but the cursor.
WINDOW = 50_000
WINDOWS = 2
NOUN = "starts_with(r.kind, :noun || '.')"
TYPES: dict[str, Any] = {
    "topic": Text(), "before": BigInteger(), "window": BigInteger(), "limit": BigInteger(),
    "noun": Text(), "by": Uuid(), "entity": Uuid(),
}  # fmt: skip
COLUMNS: dict[str, Any] = {
    "floor": BigInteger, "place": BigInteger, "revision": BigInteger, "first": BigInteger,
    "data": Text, "by": Uuid, "name": Text,
}  # fmt: skip
INSIDE = """
    SELECT FROM change_detail d
    WHERE d.change_set_id = r.change_set_id AND d.topic = r.topic AND starts_with(d.kind, :noun || '.')
"""


def revision_part(value: Any) -> int:
    """A part of a cursor that is a revision."""
    if type(value) is not int or not 0 <= value <= FIRST:
        raise ValueError
    return value


def project_feed(person_id: UUID, project_id: UUID, before: int, limit: int, by: UUID | None, noun: Noun | None) -> Any:
    """(data, revision, first, floor, by, name) of the change sets whose last event is before a revision."""
    here = "r.topic = :topic"
    # A scalar subquery stays where it is: as a join it might be turned round and read all that somebody ever did.
    here += " AND (SELECT c.person_id FROM change_set c WHERE c.id = r.change_set_id) = :by" if by else ""
    if noun:
        here += f" AND ({NOUN} OR r.kind = 'reload' AND EXISTS ({INSIDE}))"
    values = {"by": by, "noun": noun and noun.value, "window": WINDOW}
    return feed(person_id, project_id, "event", here, f"AND {NOUN}" if noun else "", before, limit, values)


def thing_feed(person_id: UUID, project_id: UUID, entity_id: UUID, before: int, limit: int) -> Any:
    """The same of what happened to one thing."""
    here = "r.topic = :topic AND r.entity_id = :entity"
    values = {"entity": entity_id, "window": FIRST}
    return feed(person_id, project_id, "happened", here, "AND r.entity_id = :entity", before, limit, values)


def feed(
    person_id: UUID,
    project_id: UUID,
    source: str,
    here: str,
    also: str,
    before: int,
    limit: int,
    values: dict[str, Any],
) -> Any:
    """Steps from each change set's last event to the one before it, along the index: only what is shown is read."""
    things = things_of("c.id", also, str(SHOWN))
    events = f"""
        SELECT coalesce(json_agg(e.data ORDER BY e.revision, e.position), '[]')
        FROM ({told(f"SELECT * FROM ({things}) s ORDER BY revision, position LIMIT {SHOWN}")}) e
    """  # noqa: S608
    found = text(
        f"""
        WITH RECURSIVE bounds AS (
            SELECT least(CAST(:before AS bigint), t.revision + 1) AS before,
                   greatest(least(CAST(:before AS bigint), t.revision + 1) - CAST(:window AS bigint), 0) AS floor
            FROM topic t WHERE t.name = :topic
        ), page AS (
            SELECT 1 AS place, s.* FROM bounds CROSS JOIN LATERAL (
                SELECT r.revision, r.change_set_id, r.at FROM {source} r
                WHERE {here} AND r.revision < bounds.before AND r.revision >= bounds.floor
                ORDER BY r.revision DESC LIMIT 1
            ) s
            UNION ALL
            SELECT page.place + 1, s.* FROM page CROSS JOIN bounds CROSS JOIN LATERAL (
                SELECT r.revision, r.change_set_id, r.at FROM {source} r
                WHERE {here} AND r.revision < page.revision AND r.revision >= bounds.floor
                  AND r.change_set_id <> page.change_set_id
                ORDER BY r.revision DESC LIMIT 1
            ) s
            WHERE page.place <= CAST(:limit AS bigint)
        )
        SELECT bounds.floor, page.place, page.revision,
               (SELECT min(e.revision) FROM event e WHERE e.change_set_id = c.id AND e.topic = :topic) AS first,
               CASE WHEN page.place > 0 THEN json_build_object({change_fields(events)})::text END AS data,
               c.person_id AS by, p.name
        FROM bounds LEFT JOIN page ON true LEFT JOIN change_set c ON c.id = page.change_set_id
        LEFT JOIN LATERAL {numbers("c.id", also)} n ON page.place > 0
        LEFT JOIN person p ON p.id = c.person_id
        """  # noqa: S608
    )
    given = {"before": before, "limit": limit, "topic": f"project:{project_id}", **values}
    bound = [bindparam(name, given[name], TYPES[name]) for name in TYPES if f":{name}" in str(found)]
    changes = found.bindparams(*bound).columns(**COLUMNS).lateral("feed")
    statement = select(changes).select_from(Project).join(changes, true())
    return only_visible(statement, person_id).where(Project.id == project_id).order_by(changes.c.place)


def start_of(cursor: str | None) -> int:
    """The revision before which a page begins."""
    return decode_cursor(cursor, (str, revision_part), first="history")[1] if cursor else FIRST


def cursor_after(rows: Sequence[Row[Any]], limit: int) -> int | None:
    """Before which revision the next page begins, from a page's rows and one more; None where there is none."""
    found = [row for row in rows if row.data is not None]
    if len(found) > limit:
        return int(found[limit].revision) + 1
    # A change set that reaches below the floor has been shown whole.
    before = min([rows[0].floor, *(row.first for row in found[-1:])])
    return int(before) if before > 1 and rows[0].floor > 0 else None


async def project_history(
    db: AsyncSession,
    person_id: UUID,
    project_id: UUID,
    cursor: str | None,
    limit: int,
    by: UUID | None,
    noun: Noun | None,
) -> str:
    """A page of a project's history as JSON text."""
    before: int | None = start_of(cursor)
    found: Sequence[Row[Any]] = []
    for _ in range(WINDOWS):
        assert before is not None
        found = (await db.execute(project_feed(person_id, project_id, before, limit, by, noun))).all()
        if not found:
            raise NotFound("project.not_found", "There is no such project.")
        before = cursor_after(found, limit)
        if found[0].data is not None or before is None:
            break
    return page_json(found, limit, before)


async def thing_history(
    db: AsyncSession, person_id: UUID, project_id: UUID, entity_id: UUID, cursor: str | None, limit: int
) -> str:
    """A page of one thing's history as JSON text."""
    found = (await db.execute(thing_feed(person_id, project_id, entity_id, start_of(cursor), limit))).all()
    if not found:
        raise NotFound("project.not_found", "There is no such project.")
    return page_json(found, limit, cursor_after(found, limit))


def page_json(rows: Sequence[Row[Any]], limit: int, before: int | None) -> str:
    """A `History` from the rows of a feed."""
    shown = [row for row in rows if row.data is not None][:limit]
    cursor = "null" if before is None else f'"{encode_cursor("history", before)}"'
    return f'{{"items":[{",".join(row.data for row in shown)}],"next_cursor":{cursor},"people":{people_json(shown)}}}'


def people_json(rows: Sequence[Any]) -> str:
    """Those who did it, by name."""
    names = {row.by: row.name for row in rows if row.by}
    return orjson.dumps([{"person_id": by, "name": name} for by, name in names.items()], default=str).decode()
