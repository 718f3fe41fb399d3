"""One change set with all that it did, a page at a time."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Integer, Text, Uuid, bindparam, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from headway.db import fetch
from headway.history.feed import people_json, revision_part
from headway.history.queries import home_of_change
from headway.history.telling import change_fields, numbers, things_of, told
from headway.paging import decode_cursor, encode_cursor, int_part
from headway.projects.models import Project
from headway.projects.queries import only_visible

NOT_FOUND = ("change.not_found", "There is no such change.")
EVENTS = f"""
    SELECT coalesce(json_agg(e.data ORDER BY e.revision, e.position), '[]')
    FROM ({told("SELECT * FROM things ORDER BY revision, position LIMIT :limit")}) e
"""  # noqa: S608
CHANGE = text(
    f"""
    WITH page AS (
        SELECT e.revision, e.at FROM event e WHERE e.change_set_id = :change AND e.topic = :topic
        ORDER BY e.revision DESC LIMIT 1
    ), things AS (
        {things_of(":change", "AND (r.revision, r.position) > (:after, :place)", ":limit + 1")}
    ), last AS (
        SELECT t.revision, t.position FROM things t ORDER BY t.revision, t.position OFFSET :limit - 1 LIMIT 1
    )
    SELECT json_build_object({change_fields(EVENTS)})::text AS data, c.person_id AS by, p.name,
           last.revision, last.position, (SELECT count(*) FROM things) > :limit AS more
    FROM page JOIN change_set c ON c.id = :change
    CROSS JOIN LATERAL {numbers("c.id")} n LEFT JOIN person p ON p.id = c.person_id LEFT JOIN last ON true
    """  # noqa: S608
)


async def change_history(db: AsyncSession, person_id: UUID, change_set_id: UUID, cursor: str | None, limit: int) -> str:
    """The change set and a page of its events, as JSON text."""
    home = await fetch(db, home_of_change(person_id, change_set_id), *NOT_FOUND)
    parts = (str, revision_part, int_part)
    _, after, place = decode_cursor(cursor, parts, first="change") if cursor else (None, 0, -1)
    row = await fetch(db, change_page(person_id, home.id, change_set_id, after, place, limit), *NOT_FOUND)
    cursor = f'"{encode_cursor("change", row.revision, row.position)}"' if row.more else "null"
    return f'{row.data[:-1]},"next_cursor":{cursor},"people":{people_json([row])}}}'


def change_page(person_id: UUID, project_id: UUID, change_set_id: UUID, after: int, place: int, limit: int) -> Any:
    """(data, by, name, revision and position of the last one shown, whether there are more)."""
    one = (
        CHANGE.bindparams(
            bindparam("topic", f"project:{project_id}", Text),
            bindparam("change", change_set_id, Uuid),
            bindparam("after", after, BigInteger),
            bindparam("place", place, Integer),
            bindparam("limit", limit, BigInteger),
        )
        .columns(data=Text, by=Uuid, name=Text, revision=BigInteger, position=Integer, more=Boolean)
        .lateral("one")
    )
    statement = select(one).select_from(Project).join(one, true())
    return only_visible(statement, person_id).where(Project.id == project_id)
