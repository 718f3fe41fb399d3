"""One page of a project's tasks: filters, sort orders and the statement they make."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    Text,
    Uuid,
    bindparam,
    func,
    lateral,
    literal_column,
    select,
    true,
    tuple_,
    type_coerce,
)

from headway.db import Prepared
from headway.paging import decode_cursor, encode_cursor, id_part, int_part, text_part, time_part
from headway.projects.models import Category, Project, State
from headway.projects.queries import OUTSIDE, only_visible, project_revision, restricted
from headway.spelled import spelled
from headway.tasks.models import Task, TaskAssignee, TaskLabel
from headway.tasks.queries import containing, given_words, is_seen, row_json
from headway.tasks.schemas import PageAsked, Sort

# After every day. As a parameter it would be the last day there is: asyncpg calls that infinity too.
NO_DUE_DATE = "date 'infinity'"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a page is narrowed to; None means all."""

    state_id: UUID | None = None
    category: Category | None = None
    assignee_id: UUID | None = None
    label_id: UUID | None = None
    priority: int | None = None
    q: str | None = None


# Those of the filters that are values in the statement. Words are parts of it: each makes a condition of its own.
NAMES = ("state_id", "category", "assignee_id", "label_id", "priority")


@dataclass(frozen=True, slots=True)
class Order:
    """A sort key, how a cursor's JSON becomes one, and its direction. The id breaks ties."""

    key: ColumnElement[Any]
    part: Callable[[Any], Any]
    descending: bool = False


ORDERS: dict[Sort, Order] = {
    Sort.rank: Order(Task.rank.expression, text_part),
    Sort.updated: Order(Task.updated_at.expression, time_part, descending=True),
    Sort.due: Order(func.coalesce(Task.due_on, literal_column(NO_DUE_DATE, Date)), date.fromisoformat),
    Sort.priority: Order(type_coerce(-Task.priority, Integer), int_part),
    Sort.number: Order(Task.number.expression, int_part),
}


def filters_of(asked: PageAsked) -> Filters:
    """What it is narrowed to."""
    return Filters(asked.state_id, asked.category, asked.assignee_id, asked.label_id, asked.priority, asked.q)


def page(person_id: UUID, project_id: UUID, asked: PageAsked) -> "Prepared[int, bool, str | None, Any, UUID]":
    """(revision, restricted, JSON text, sort key, id) of each task of the page and one more; one row without a task if
    it is empty. Restricted: whether they see only what is assigned to them.

    Raises:
        Invalid: the cursor belongs to another sort order, or is none.
    """
    filters, sort, cursor = filters_of(asked), asked.sort, asked.cursor
    after: dict[str, Any] = {}
    if cursor:
        _, after["key"], after["last"] = decode_cursor(cursor, (str, ORDERS[sort].part, id_part), first=sort.value)
    values = {name: value for name in NAMES if (value := getattr(filters, name)) is not None}
    words = given_words(filters.q or "")
    given = {"person_id": person_id, "project_id": project_id, "limit": asked.limit, **values, **words, **after}
    return pages(sort, bool(cursor), frozenset(values), len(words)), given


@cache
def pages(
    sort: Sort, goes_on: bool, filters: frozenset[str], words: int = 0
) -> "Select[int, bool, str | None, Any, UUID]":
    """The statement of a page, built once for each kind of page; it takes longer than it takes to run."""
    return spelled(built(sort, goes_on, filters, words))  # type: ignore[no-any-return]


def built(sort: Sort, goes_on: bool, filters: frozenset[str], words: int) -> Select[Any]:
    """The statement of a page with these filters and so many words, their values as parameters."""
    order = ORDERS[sort]
    person_id: Any = bindparam("person_id", type_=Uuid)
    given: Any = {name: bindparam(name) for name in filters}
    tasks = narrowed(
        select(row_json().cast(Text).label("data"), order.key.label("key"), Task.id.label("id")),
        Filters(**given),
        words,
    ).where(Task.project_id == Project.id, Task.deleted_at.is_(None), is_seen())
    if goes_on:
        here = tuple_(order.key, Task.id)
        last = tuple_(bindparam("key", type_=order.key.type), bindparam("last", type_=Uuid))
        tasks = tasks.where(here < last if order.descending else here > last)
    directed = (order.key.desc(), Task.id.desc()) if order.descending else (order.key, Task.id)
    rows = lateral(tasks.order_by(*directed).limit(bindparam("limit", type_=Integer) + 1).correlate(*OUTSIDE))
    again = (rows.c.key.desc(), rows.c.id.desc()) if order.descending else (rows.c.key, rows.c.id)
    statement = select(
        project_revision(), restricted.label("restricted"), rows.c.data, rows.c.key, rows.c.id
    ).select_from(Project)
    return (
        only_visible(statement, person_id)
        .outerjoin(rows, true())
        .where(Project.id == bindparam("project_id"))
        .order_by(*again)
    )


def narrowed(tasks: Select[Any], filters: Filters, words: int) -> Select[Any]:
    """The statement with the filters' conditions, and those of so many words."""
    if filters.state_id is not None:
        tasks = tasks.where(Task.state_id == filters.state_id)
    if filters.category is not None:
        tasks = tasks.join(State, State.id == Task.state_id).where(State.category == filters.category)
    if filters.assignee_id is not None:
        mine = select(TaskAssignee.task_id).where(TaskAssignee.person_id == filters.assignee_id)
        tasks = tasks.where(Task.id.in_(mine))
    if filters.label_id is not None:
        tasks = tasks.where(Task.id.in_(select(TaskLabel.task_id).where(TaskLabel.label_id == filters.label_id)))
    if filters.priority is not None:
        tasks = tasks.where(Task.priority == filters.priority)
    return tasks.where(containing(words)) if words else tasks


def page_json(rows: Sequence[Row[Any]], asked: PageAsked) -> str:
    """The page's JSON from the rows of `page`."""
    found = [row for row in rows if row.data is not None]
    more = len(found) > asked.limit
    found = found[: asked.limit]
    cursor = f'"{encode_cursor(asked.sort.value, found[-1].key, found[-1].id)}"' if more else "null"
    return f'{{"items":[{",".join(row.data for row in found)}],"next_cursor":{cursor},"revision":{rows[0][0]}}}'
