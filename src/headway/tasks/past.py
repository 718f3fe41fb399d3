"""Boards and tasks as they were."""

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Select, Text, Uuid, bindparam, cast, func, select, true
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from headway.db import fetch
from headway.errors import NotFound
from headway.markdown import rendered
from headway.projects.models import Project
from headway.projects.queries import my_role, only_visible, people_json, project_json, whole_visible
from headway.tasks.models import Task
from headway.tasks.moments import MOMENT, AsOf, lateral_then, moment, told
from headway.tasks.queries import only_seen

NOT_FOUND = ("task.not_found", "There is no such task.")
# What tasks have had only since a later release: what is told of the time before does not hold it.
SINCE = (
    'jsonb \'{"estimate": null, "checklist_total": 0, "checklist_done": 0, "blocked_by_ids": [],'
    ' "duplicate_of_id": null, "related_ids": []}\''
)


def built() -> str:
    """SQL beside `moment`: (revision, until), up to where the spans tell of it."""
    return """
        SELECT m.revision,
               least(m.revision, coalesce((SELECT l.told_until FROM timeline l WHERE l.topic = :topic), 0)) AS until
        FROM moment m WHERE NOT m.gone
    """


def line_of(noun: str, entity: str) -> str:
    """SQL for what one thing was: its one span at the moment, and what happened to it since spans were made.

    `entity` must not go by the names that are taken inside: x, s, t, b.
    """
    return f"""(
        SELECT folded(x.fresh, x.data ORDER BY x.revision, x.position) FROM (
            SELECT s.since AS revision, -1 AS position, true AS fresh, s.data FROM span s, built b
            WHERE s.topic = :topic AND s.noun = {noun} AND s.entity_id = {entity}
              AND s.since <= b.until AND s.until > b.until
            UNION ALL
            SELECT t.revision, t.position, t.fresh, t.data FROM told t, built b
            WHERE t.topic = :topic AND t.noun = {noun} AND t.entity_id = {entity}
              AND t.revision > b.until AND t.revision <= b.revision
        ) x
    )"""  # noqa: S608


def board(placed: str) -> str:
    """SQL for a board at `moment`. `placed` makes `shown` (entity_id, rank, data) and `counted` (state_id, n)."""
    return f"""
        WITH moment AS MATERIALIZED ({moment()}), built AS MATERIALIZED ({built()}),
        things AS MATERIALIZED (
            SELECT s.noun, s.entity_id, s.data
            FROM moment CROSS JOIN LATERAL state_at(:topic, moment.revision, '{{project,state,label}}') s
            WHERE NOT moment.gone
        ), {placed}
        SELECT moment.*,
            (SELECT t.data FROM things t WHERE t.noun = 'project') AS project,
            (SELECT coalesce(json_agg(t.data ORDER BY (t.data->>'rank') COLLATE "C", t.entity_id), '[]')
             FROM things t WHERE t.noun = 'state') AS states,
            (SELECT coalesce(json_agg(t.data ORDER BY coalesce(l.name_key, lower(t.data->>'name')), t.entity_id), '[]')
             FROM things t LEFT JOIN label l ON l.id = t.entity_id AND l.name = t.data->>'name'
             WHERE t.noun = 'label') AS labels,
            (SELECT coalesce(json_agg({SINCE} || s.data - 'checklist' ORDER BY s.rank COLLATE "C", s.entity_id), '[]')
             FROM shown s) AS tasks,
            (SELECT coalesce(json_object_agg(c.state_id, c.n), '{{}}') FROM counted c) AS counts
        FROM moment
    """  # noqa: S608 - our own words only


# Every task with all it holds.
WHOLE = board("""
    shown AS MATERIALIZED (
        SELECT s.entity_id, s.data, (s.data->>'rank') COLLATE "C" AS rank
        FROM moment CROSS JOIN LATERAL state_at(:topic, moment.revision, '{task}') s WHERE NOT moment.gone
    ), counted AS (
        SELECT s.data->>'state_id' AS state_id, count(*) AS n FROM shown s GROUP BY 1
    )
""")
# A hundred thousand tasks are counted and ordered from the index alone; only those that are shown are read. What has
# happened since spans were made counts beside it, folded.
SOME = board(
    f"""
    tail AS MATERIALIZED (
        SELECT DISTINCT t.entity_id FROM told t
        WHERE t.topic = :topic AND t.noun = 'task'
          AND t.revision > (SELECT b.until FROM built b) AND t.revision <= (SELECT b.revision FROM built b)
    ), lines AS MATERIALIZED (
        SELECT s.entity_id, s.state_id, s.rank FROM span s
        WHERE s.topic = :topic AND s.noun = 'task'
          AND s.since <= (SELECT b.until FROM built b) AND s.until > (SELECT b.until FROM built b)
          AND NOT EXISTS (SELECT FROM tail t WHERE t.entity_id = s.entity_id)
        UNION ALL
        SELECT f.entity_id, f.data->>'state_id', f.data->>'rank' FROM (
            SELECT touched.entity_id, {line_of("'task'", "touched.entity_id")} AS data FROM tail touched
        ) f WHERE f.data IS NOT NULL
    ), counted AS MATERIALIZED (
        SELECT l.state_id, count(*) AS n FROM lines l GROUP BY 1
    ), shown AS (
        SELECT p.entity_id, p.rank, {line_of("'task'", "p.entity_id")} AS data
        FROM counted c CROSS JOIN LATERAL (
            SELECT l.entity_id, l.rank FROM lines l WHERE l.state_id = c.state_id
            ORDER BY l.rank COLLATE "C", l.entity_id LIMIT :per_state
        ) p
    )
"""  # noqa: S608
)
BOARD_COLUMNS = {**MOMENT, "project": JSONB, "states": JSON, "labels": JSON, "tasks": JSON, "counts": JSON}

THING = f"""
    WITH moment AS MATERIALIZED ({moment()}), built AS MATERIALIZED ({built()})
    SELECT moment.*, jsonb '{{"checklist": []}}' || {SINCE}
        || {line_of("'task'", ":entity")} || {line_of("'text'", ":entity")} AS data
    FROM moment
"""  # noqa: S608


def board_then(person_id: UUID, project_id: UUID, as_of: AsOf, per_state: int | None) -> Select[Any]:
    """(the moment's columns, JSON text) of a project's board as it was: one statement, so one answer."""
    some = () if per_state is None else (bindparam("per_state", per_state, BigInteger),)
    then = lateral_then(SOME if some else WHOLE, BOARD_COLUMNS, project_id, as_of, *some)
    since = func.jsonb_build_object("blocking", "warn")
    role = func.jsonb_build_object("role", my_role, "only_assigned", False)
    whole = func.json_build_object(
        "revision", then.c.revision,
        "at", then.c.at,
        "project", func.coalesce(since.op("||")(then.c.project), cast(project_json(), JSONB)).op("||")(role),
        "states", then.c.states,
        "labels", then.c.labels,
        "people", people_json(),
        "tasks", then.c.tasks,
        "counts", then.c.counts,
    ).cast(Text)  # fmt: skip
    statement = select(then.c.gone, then.c.oldest, whole.label("data")).select_from(Project).join(then, true())
    return whole_visible(statement, person_id).where(Project.id == project_id)


def task_then(person_id: UUID, task_id: UUID, project_id: UUID, as_of: AsOf) -> Select[Any]:
    """(the moment's columns, JSON) of one task as it was, also where it has been deleted since."""
    columns = {**MOMENT, "data": JSONB}
    then = lateral_then(THING, columns, project_id, as_of, bindparam("entity", task_id, Uuid))
    statement = select(then).select_from(Project).join(then, true())
    return only_visible(statement, person_id).where(Project.id == project_id)


def home_of(person_id: UUID, task_id: UUID) -> Select[UUID]:
    """The project of a task, also of one in the trash."""
    statement = select(Project.id).join(Task, Task.project_id == Project.id).where(Task.id == task_id)
    return only_seen(statement, person_id)


async def task_text(db: AsyncSession, person_id: UUID, task_id: UUID, as_of: AsOf) -> str:
    """JSON text of a task as it was, its description rendered as it would be today.

    Raises:
        NotFound: it was not there, or is not theirs to see.
        Gone: that is from before the history.
    """
    home = await fetch(db, home_of(person_id, task_id), *NOT_FOUND)
    row = await told(db, task_then(person_id, task_id, home.id, as_of), NOT_FOUND)
    if row.data is None:
        raise NotFound(NOT_FOUND[0], "There was no such task then.")
    html = await rendered(row.data["description"])
    return orjson.dumps({**row.data, "description_html": html}).decode()
