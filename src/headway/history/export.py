"""A whole project as one JSON document, now or as it was."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast, func, select, true
from sqlalchemy.dialects.postgresql import JSON, JSONB

from headway.projects.models import Project
from headway.projects.queries import my_role, people_json, project_json, whole_visible
from headway.tasks.moments import MOMENT, AsOf, lateral_then, moment

FORMAT = "headway-project-1"

# Each sort of thing is read once and joined by hash, however many there are.
EXPORT = f"""
    WITH moment AS MATERIALIZED ({moment()}),
    things AS MATERIALIZED (
        SELECT s.noun, s.entity_id, s.data
        FROM moment CROSS JOIN LATERAL state_at(:topic, moment.revision, '{{project,state,label}}') s
        WHERE NOT moment.gone
    ), tasks AS (
        SELECT s.entity_id, s.data
        FROM moment CROSS JOIN LATERAL state_at(:topic, moment.revision, '{{task}}') s WHERE NOT moment.gone
    ), texts AS (
        SELECT s.entity_id, s.data
        FROM moment CROSS JOIN LATERAL state_at(:topic, moment.revision, '{{text}}') s WHERE NOT moment.gone
    ), comments AS (
        SELECT s.data->>'task_id' AS task_id, jsonb_agg(s.data ORDER BY s.data->>'created_at', s.entity_id) AS data
        FROM moment CROSS JOIN LATERAL state_at(:topic, moment.revision, '{{comment}}') s WHERE NOT moment.gone
        GROUP BY 1
    )
    SELECT moment.*,
        (SELECT t.data FROM things t WHERE t.noun = 'project') AS project,
        (SELECT coalesce(json_agg(t.data ORDER BY (t.data->>'rank') COLLATE "C", t.entity_id), '[]')
         FROM things t WHERE t.noun = 'state') AS states,
        (SELECT coalesce(json_agg(t.data ORDER BY lower(t.data->>'name'), t.entity_id), '[]')
         FROM things t WHERE t.noun = 'label') AS labels,
        (SELECT coalesce(json_agg(
            k.data || coalesce(x.data, '{{}}') || jsonb_build_object('comments', coalesce(c.data, '[]'))
            ORDER BY CAST(k.data->>'number' AS int)
         ), '[]')
         FROM tasks k LEFT JOIN texts x ON x.entity_id = k.entity_id
         LEFT JOIN comments c ON c.task_id = k.entity_id::text) AS tasks
    FROM moment
"""  # noqa: S608 - our own words only
COLUMNS = {**MOMENT, "project": JSONB, "states": JSON, "labels": JSON, "tasks": JSON}


def export(person_id: UUID, project_id: UUID, as_of: AsOf) -> Select[Any]:
    """(gone, oldest, at, the project's key, JSON text). The text is made by the database and only passed on."""
    then = lateral_then(EXPORT, COLUMNS, project_id, as_of)
    role = func.jsonb_build_object("role", my_role, "only_assigned", False)
    whole = func.json_build_object(
        "format", FORMAT,
        "revision", then.c.revision,
        "at", then.c.at,
        "project", func.coalesce(then.c.project, cast(project_json(), JSONB)).op("||")(role),
        "states", then.c.states,
        "labels", then.c.labels,
        "people", people_json(),
        "tasks", then.c.tasks,
    ).cast(Text)  # fmt: skip
    columns = then.c.gone, then.c.oldest, then.c.at, Project.key, whole.label("data")
    statement = select(*columns).select_from(Project).join(then, true())
    return whole_visible(statement, person_id).where(Project.id == project_id)


def file_name(key: str, at: datetime) -> str:
    """What the document is saved as: the project and the day it shows."""
    return f"{key}-{at.astimezone(UTC):%Y-%m-%d}.json"
