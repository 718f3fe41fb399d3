"""A project's time in equal steps, for the slider."""

from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, Text, bindparam, select, text, true

from headway.projects.models import Project
from headway.projects.queries import whole_visible

STEPS = text(
    """
    WITH ends AS MATERIALIZED (
        SELECT t.revision AS newest, t.last_at, r.first, coalesce(e.revision, t.revision) AS oldest,
               coalesce(e.at, t.last_at) AS oldest_at
        FROM topic t
        CROSS JOIN LATERAL (
            SELECT greatest(coalesce((SELECT l.told_from FROM timeline l WHERE l.topic = t.name), 0), 1) AS first
        ) r
        LEFT JOIN LATERAL (
            SELECT e.revision, e.at FROM event e WHERE e.topic = t.name AND e.revision >= r.first
            ORDER BY e.revision LIMIT 1
        ) e ON true
        WHERE t.name = :topic
    ), steps AS (
        SELECT n, ends.oldest_at + (ends.last_at - ends.oldest_at) * (n::float8 / :steps) AS at
        FROM ends, generate_series(1, :steps) n
    ), found AS (
        SELECT s.n, s.at, greatest(CASE WHEN s.n = :steps THEN ends.newest ELSE revision_at(:topic, s.at) END,
                                   ends.oldest) AS revision
        FROM steps s, ends
    ), told AS (
        SELECT f.n, f.at, f.revision, f.revision - lag(f.revision, 1, ends.oldest) OVER (ORDER BY f.n) AS changes
        FROM found f, ends
    )
    SELECT json_build_object(
        'from', json_build_object('revision', ends.oldest, 'at', ends.oldest_at),
        'to', json_build_object('revision', ends.newest, 'at', ends.last_at),
        'steps', (SELECT json_agg(json_build_object('revision', t.revision, 'at', t.at, 'changes', t.changes)
                                  ORDER BY t.n) FROM told t)
    )::text AS data
    FROM ends
    """
)


def steps_of(person_id: UUID, project_id: UUID, steps: int) -> Select[Any]:
    """JSON text: from when until when a project's past can be told, and that time in equal steps."""
    bound = bindparam("topic", f"project:{project_id}", Text), bindparam("steps", steps, Integer)
    found = STEPS.bindparams(*bound).columns(data=Text).lateral("steps")
    statement = select(found).select_from(Project).join(found, true())
    return whole_visible(statement, person_id).where(Project.id == project_id)
