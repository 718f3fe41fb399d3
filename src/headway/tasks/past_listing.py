"""One page of a project's tasks as they were: the filters, orders and cursors of `listing`, over what was."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, DateTime, Integer, Select, Text, Uuid, bindparam, select, true

from headway.paging import decode_cursor, id_part
from headway.projects.models import Project
from headway.projects.queries import whole_visible
from headway.tasks.listing import NO_DUE_DATE, ORDERS, Filters, filters_of
from headway.tasks.moments import MOMENT, AsOf, lateral_then, moment
from headway.tasks.past import SINCE
from headway.tasks.schemas import PageAsked, Sort

# A sort key of a task's picture, and what PostgreSQL calls its type.
KEYS: dict[Sort, tuple[str, Any]] = {
    Sort.rank: ("(s.data->>'rank') COLLATE \"C\"", Text()),
    Sort.updated: ("CAST(s.data->>'updated_at' AS timestamptz)", DateTime(timezone=True)),
    Sort.due: (f"coalesce(CAST(s.data->>'due_on' AS date), {NO_DUE_DATE})", Date()),
    Sort.priority: ("-CAST(s.data->>'priority' AS int)", Integer()),
    Sort.number: ("CAST(s.data->>'number' AS int)", Integer()),
}
CATEGORY = """
    AND s.data->>'state_id' IN (SELECT t.data->>'id' FROM state_at(:topic, moment.revision, '{state}') t
                                WHERE t.data->>'category' = :category)
"""
DESCRIBED = "LEFT JOIN LATERAL state_at(:topic, moment.revision, '{text}') x ON x.entity_id = s.entity_id"


def page_then(person_id: UUID, project_id: UUID, asked: PageAsked, as_of: AsOf) -> Select[Any]:
    """(revision, JSON text, sort key, id, …) of each task of the page and one more, as `listing.page`.

    Raises:
        Invalid: the cursor belongs to another sort order, or is none.
    """
    filters, sort, cursor = filters_of(asked), asked.sort, asked.cursor
    order, (key, kind) = ORDERS[sort], KEYS[sort]
    where, more = narrowed(filters)
    more.append(bindparam("limit", asked.limit + 1, BigInteger))
    if cursor:
        _, last, task_id = decode_cursor(cursor, (str, order.part, id_part), first=sort.value)
        where += f" AND ({key}, s.entity_id) {'<' if order.descending else '>'} (:last, :last_id)"
        more += [bindparam("last", last, kind), bindparam("last_id", task_id, Uuid)]
    way = "DESC" if order.descending else "ASC"
    words = filters.q and filters.q.strip()
    sql = f"""
        WITH moment AS MATERIALIZED ({moment()}),
        found AS (
            SELECT s.data, {key} AS key, s.entity_id
            FROM moment CROSS JOIN LATERAL state_at(:topic, moment.revision, '{{task}}') s {DESCRIBED if words else ""}
            WHERE NOT moment.gone {where}
            ORDER BY 2 {way}, 3 {way} LIMIT :limit
        )
        SELECT moment.*, ({SINCE} || f.data - 'checklist')::text AS data, f.key, f.entity_id AS id,
               row_number() OVER (ORDER BY f.key {way}, f.entity_id {way}) AS place
        FROM moment LEFT JOIN found f ON true
    """  # noqa: S608 - our own words only
    columns = {**MOMENT, "data": Text, "key": kind, "id": Uuid, "place": BigInteger}
    then = lateral_then(sql, columns, project_id, as_of, *more)
    shown = then.c.revision, then.c.data, then.c.key, then.c.id, then.c.gone, then.c.oldest
    statement = select(*shown).select_from(Project).join(then, true())
    return whole_visible(statement, person_id).where(Project.id == project_id).order_by(then.c.place)


def narrowed(filters: Filters) -> tuple[str, list[Any]]:
    """The filters as conditions on the row `s`, and their parameters."""
    where = ""
    more: list[Any] = []
    given = {
        "state_id": (filters.state_id, "s.data->>'state_id' = :state_id"),
        "assignee_id": (filters.assignee_id, "s.data->'assignee_ids' @> to_jsonb(CAST(:assignee_id AS text))"),
        "label_id": (filters.label_id, "s.data->'label_ids' @> to_jsonb(CAST(:label_id AS text))"),
    }
    for name, (value, condition) in given.items():
        if value:
            where += f" AND {condition}"
            more.append(bindparam(name, str(value), Text))
    if filters.category:
        where += CATEGORY
        more.append(bindparam("category", filters.category.value, Text))
    if filters.priority is not None:
        where += " AND CAST(s.data->>'priority' AS int) = :priority"
        more.append(bindparam("priority", filters.priority, Integer))
    for n, word in enumerate((filters.q or "").split()[:10]):
        text = "s.data->>'title'", "x.data->>'description'"
        where += " AND (" + " OR ".join(f"strpos(lower({one}), lower(:word_{n})) > 0" for one in text) + ")"
        more.append(bindparam(f"word_{n}", word, Text))
    return where, more
