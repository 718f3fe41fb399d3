"""What differs between two moments of a project, thing by thing."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, DateTime, Select, Text, Uuid, bindparam, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from headway.db import fetch
from headway.errors import Invalid
from headway.history.feed import revision_part
from headway.paging import decode_cursor, encode_cursor, id_part
from headway.projects.models import Project
from headway.projects.queries import whole_visible
from headway.tasks.moments import NO_PROJECT, AsOf, given, moment, refuse_gone

FIRST = 2**63 - 1


def then(name: str, thing: str) -> str:
    """SQL for what a thing (noun, entity_id, described) was at the moment `name`, a task with its description if that
    is part of the difference; null where it was not there.

    One probe of its spans, unless something happened to it since those were made: then that is folded onto them. The
    moment is looked up once, ahead: joined, it would have the planner read the whole topic.
    """

    def line(noun: str) -> str:
        return f"""CASE WHEN {thing}.entity_id IN (SELECT e.entity_id FROM tail_{name} e) THEN (
            SELECT folded(x.fresh, x.data ORDER BY x.revision, x.position) FROM (
                SELECT s.since AS revision, -1 AS position, true AS fresh, s.data {span(noun)}
                UNION ALL
                SELECT e.revision, e.position, e.fresh, e.data FROM tail_{name} e
                WHERE e.entity_id = {thing}.entity_id AND e.noun = {noun}
            ) x
        ) ELSE (SELECT s.data {span(noun)}) END"""  # noqa: S608 - our own words only

    def span(noun: str) -> str:
        return f"""FROM span s WHERE s.topic = :topic AND s.noun = {noun} AND s.entity_id = {thing}.entity_id
            AND s.since <= (SELECT m.built FROM {name} m) AND s.until > (SELECT m.built FROM {name} m)"""  # noqa: S608

    return f"""(
        {line(f"{thing}.noun")} || CASE WHEN {thing}.described THEN coalesce({line("'text'")}, '{{}}') ELSE '{{}}' END
    )"""


def tail(name: str) -> str:
    """SQL for what happened up to the moment `name` since spans were made."""
    return f"""
        SELECT t.* FROM told t WHERE t.topic = :topic
          AND t.revision > (SELECT m.built FROM {name} m) AND t.revision <= (SELECT m.revision FROM {name} m)
    """  # noqa: S608


def told_of(name: str) -> str:
    """SQL for the moment `name`, and up to where the spans tell of it."""
    return f"""
        SELECT m.*,
               least(m.revision, coalesce((SELECT l.told_until FROM timeline l WHERE l.topic = :topic), 0)) AS built
        FROM ({moment(name)}) m
    """  # noqa: S608


# A version, a time of change and a place in a column change along with anything: alone they make no difference. The
# place of a state is the order of the board's columns, which is one.
NOISE = "'{version,updated_at,completed_at}'::text[]"
DIFF = text(
    f"""
    WITH then_from AS MATERIALIZED ({told_of("from")}),
    then_to AS MATERIALIZED ({told_of("to")}),
    tail_then_from AS MATERIALIZED ({tail("then_from")}), tail_then_to AS MATERIALIZED ({tail("then_to")}),
    touched AS MATERIALIZED (
        SELECT split_part(h.kind, '.', 1) AS noun, h.entity_id, max(h.revision) AS revision,
               bool_or(h.kind LIKE 'task.%' AND coalesce(h.after, h.before) ? 'description') AS described,
               CASE WHEN h.kind LIKE 'state.%' THEN {NOISE} ELSE {NOISE} || '{{rank}}'::text[] END AS noise
        FROM happened h
        WHERE h.topic = :topic
          AND h.revision > (SELECT a.revision FROM then_from a WHERE NOT a.gone)
          AND h.revision <= (SELECT b.revision FROM then_to b WHERE NOT b.gone)
          AND split_part(h.kind, '.', 1) IN ('project', 'state', 'label', 'task', 'comment')
        GROUP BY 1, 2, 5
    ), differing AS MATERIALIZED (
        SELECT p.noun, p.entity_id, p.revision, p.described, p.noise,
               CASE WHEN p.before IS NULL THEN 'created' WHEN p.after IS NULL THEN 'deleted' ELSE 'changed' END AS what
        FROM (
            SELECT t.*, {then("then_from", "t")} AS before, {then("then_to", "t")} AS after FROM touched t OFFSET 0
        ) p
        WHERE p.before - p.noise IS DISTINCT FROM p.after - p.noise
    ), page AS MATERIALIZED (
        SELECT d.* FROM differing d
        WHERE (d.revision, d.entity_id) < (CAST(:before AS bigint), CAST(:last AS uuid))
        ORDER BY d.revision DESC, d.entity_id DESC LIMIT :limit + 1
    ), shown AS (
        SELECT p.*, {then("then_from", "p")} AS before, {then("then_to", "p")} AS after, touch.by, touch.at
        FROM page p CROSS JOIN LATERAL (
            SELECT array_agg(DISTINCT c.person_id) FILTER (WHERE c.person_id IS NOT NULL) AS by, max(h.at) AS at
            FROM happened h JOIN change_set c ON c.id = h.change_set_id
            WHERE h.topic = :topic AND h.entity_id = p.entity_id
              AND h.revision > (SELECT a.revision FROM then_from a)
              AND h.revision <= (SELECT b.revision FROM then_to b)
        ) touch
        ORDER BY p.revision DESC, p.entity_id DESC LIMIT :limit
    ), items AS (
        SELECT json_agg(json_build_object(
            'noun', s.noun,
            'id', s.entity_id,
            'title', coalesce(s.after->>'title', s.after->>'name', s.before->>'title', s.before->>'name', t.title),
            'human_id', coalesce(s.after->>'human_id', s.before->>'human_id',
                (SELECT concat(p.key, '-', t.number) FROM project p WHERE p.id = t.project_id)),
            'task_id', coalesce(s.after->>'task_id', s.before->>'task_id'),
            'what', s.what,
            'fields', (
                SELECT coalesce(json_object_agg(f.name, json_build_object('from', f.old, 'to', f.new)
                                                ORDER BY f.name), '{{}}')
                FROM (
                    SELECT k.name, s.before->k.name AS old, s.after->k.name AS new
                    FROM (SELECT jsonb_object_keys((s.before || s.after) - s.noise) AS name) k
                ) f WHERE s.what = 'changed' AND f.old IS DISTINCT FROM f.new
            ),
            'by', coalesce(to_json(s.by), '[]'),
            'at', s.at
        ) ORDER BY s.revision DESC, s.entity_id DESC) AS data
        FROM shown s
        LEFT JOIN task t ON s.noun = 'comment' AND t.id = CAST(coalesce(s.after, s.before)->>'task_id' AS uuid)
    )
    SELECT a.gone OR b.gone AS gone, a.oldest, a.revision > b.revision AS reversed, json_build_object(
        'from', json_build_object('revision', a.revision, 'at', a.at),
        'to', json_build_object('revision', b.revision, 'at', b.at),
        'counts', (SELECT json_build_object('created', count(*) FILTER (WHERE what = 'created'),
                                            'deleted', count(*) FILTER (WHERE what = 'deleted'),
                                            'changed', count(*) FILTER (WHERE what = 'changed')) FROM differing),
        'items', coalesce((SELECT data FROM items), '[]'),
        'people', (SELECT coalesce(json_agg(json_build_object('person_id', p.id, 'name', p.name)), '[]')
                   FROM person p WHERE p.id IN (SELECT unnest(s.by) FROM shown s))
    )::text AS data, more.revision AS last_revision, more.entity_id AS last_id
    FROM then_from a CROSS JOIN then_to b LEFT JOIN LATERAL (
        SELECT p.revision, p.entity_id FROM page p ORDER BY p.revision DESC, p.entity_id DESC OFFSET :limit - 1 LIMIT 1
    ) more ON (SELECT count(*) FROM page) > :limit
    """  # noqa: S608
)
COLUMNS: dict[str, Any] = {
    "gone": Boolean, "oldest": DateTime(timezone=True), "reversed": Boolean, "data": Text,
    "last_revision": BigInteger, "last_id": Uuid,
}  # fmt: skip


def difference(
    person_id: UUID, project_id: UUID, start: AsOf, end: AsOf, before: int, last: UUID, limit: int
) -> Select[Any]:
    """(gone, oldest, reversed, JSON text, and the key of the page's last item where there are more)."""
    bound = [
        bindparam("topic", f"project:{project_id}", Text),
        bindparam("before", before, BigInteger),
        bindparam("last", last, Uuid),
        bindparam("limit", limit, BigInteger),
        *given(start, "from"),
        *given(end, "to"),
    ]
    found = DIFF.bindparams(*bound).columns(**COLUMNS).lateral("difference")
    statement = select(found).select_from(Project).join(found, true())
    return whole_visible(statement, person_id).where(Project.id == project_id)


async def diff(
    db: AsyncSession, person_id: UUID, project_id: UUID, start: AsOf, end: AsOf, cursor: str | None, limit: int
) -> str:
    """A page of what differs, as JSON text.

    Raises:
        Gone: one of the moments is from before the history.
        Invalid: the second lies before the first.
    """
    parts = (str, revision_part, id_part)
    _, before, last = decode_cursor(cursor, parts, first="diff") if cursor else (None, FIRST, UUID(int=2**128 - 1))
    row = await fetch(db, difference(person_id, project_id, start, end, before, last, limit), *NO_PROJECT)
    refuse_gone(row)
    if row.reversed:
        raise Invalid("diff", "from: has to be the earlier of the two.")
    following = "null" if row.last_id is None else f'"{encode_cursor("diff", row.last_revision, str(row.last_id))}"'
    return f'{row.data[:-1]},"next_cursor":{following}}}'
