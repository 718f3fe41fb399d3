"""Comments as they were."""

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Boolean, Select, Uuid, bindparam, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from headway.db import fetch
from headway.errors import NotFound
from headway.markdown import rendered
from headway.projects.models import Project
from headway.projects.queries import only_visible
from headway.tasks.moments import MOMENT, AsOf, lateral_then, moment, told
from headway.tasks.past import NOT_FOUND, built, home_of, line_of

# A task's comments are found among those that there have ever been of it: the past of a whole project is much longer.
COMMENTS = f"""
    WITH moment AS MATERIALIZED ({moment()}), built AS MATERIALIZED ({built()})
    SELECT moment.*, {line_of("'task'", ":entity")} IS NOT NULL AS there, (
        SELECT coalesce(jsonb_agg(x.data ORDER BY x.data->>'created_at', x.id), '[]') FROM (
            SELECT c.id, {line_of("'comment'", "c.id")} AS data
            FROM comment c WHERE c.task_id = :entity
        ) x WHERE x.data IS NOT NULL
    ) AS items
    FROM moment
"""  # noqa: S608 - our own words only


def comments_then(person_id: UUID, project_id: UUID, task_id: UUID, as_of: AsOf) -> Select[Any]:
    """(the moment's columns, whether the task was there, its comments' pictures)."""
    columns = {**MOMENT, "there": Boolean, "items": JSONB}
    then = lateral_then(COMMENTS, columns, project_id, as_of, bindparam("entity", task_id, Uuid))
    statement = select(then).select_from(Project).join(then, true())
    return only_visible(statement, person_id).where(Project.id == project_id)


async def comments_text(db: AsyncSession, person_id: UUID, task_id: UUID, as_of: AsOf) -> str:
    """JSON text of what had been said about a task, rendered as it would be today.

    Raises:
        NotFound: the task was not there, or is not theirs to see.
        Gone: that is from before the history.
    """
    home = await fetch(db, home_of(person_id, task_id), *NOT_FOUND)
    row = await told(db, comments_then(person_id, home.id, task_id, as_of), NOT_FOUND)
    if not row.there:
        raise NotFound(NOT_FOUND[0], "There was no such task then.")
    items = [{**one, "body_html": await rendered(one["body"])} for one in row.items]
    return orjson.dumps({"items": items, "revision": row.revision}).decode()
