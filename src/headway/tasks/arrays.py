"""Many tasks' rows at once: every statement takes arrays, and is the same for one task or a thousand."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    any_,
    column,
    delete,
    func,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from headway.clock import now
from headway.projects.models import Project
from headway.tasks.models import Task, TaskAssignee, TaskLabel
from headway.tasks.queries import row_json
from headway.tasks.schemas import AddRemove

Pictures = dict[UUID, dict[str, Any]]


async def lock_tasks(db: AsyncSession, which: ColumnElement[bool]) -> list[UUID]:
    """Locks tasks until commit, in the order in which everybody who locks several does."""
    rows = select(Task.id).where(which).order_by(Task.id).with_for_update(key_share=True)
    return list((await db.scalars(rows)).all())


def among(project_id: UUID, ids: Sequence[UUID]) -> ColumnElement[bool]:
    """Those of the tasks that are there, in this project."""
    return is_any(Task.id, ids) & (Task.project_id == project_id) & Task.deleted_at.is_(None)


def is_any(which: Any, ids: Sequence[UUID]) -> ColumnElement[bool]:
    """IN, with one array: the same statement for one or a thousand."""
    return which == any_(literal(list(ids), ARRAY(Uuid)))  # type: ignore[no-any-return]


async def rows_of(db: AsyncSession, which: ColumnElement[bool]) -> Pictures:
    """Tasks as boards show them, by id: without descriptions, which nothing here changes."""
    rows = select(row_json()).join(Project, Project.id == Task.project_id).where(which)
    return await pictures_of(db, rows)


async def pictures_of(db: AsyncSession, statement: Select[Any], values: dict[str, Any] | None = None) -> Pictures:
    return {UUID(data["id"]): data for data in await db.scalars(statement, values)}


async def write(db: AsyncSession, ids: Sequence[UUID], values: Mapping[str, Any]) -> None:
    """Gives tasks the same values, and each its next version."""
    changed = update(Task).where(is_any(Task.id, ids)).values(**values, version=Task.version + 1, updated_at=now())
    await db.execute(changed.execution_options(synchronize_session=False))


async def write_ranks(db: AsyncSession, ranks: Mapping[UUID, str]) -> None:
    """Gives each task its own rank."""
    ids, keys = literal(list(ranks), ARRAY(Uuid)), literal(list(ranks.values()), ARRAY(Text))
    columns = column("id", Uuid), column("rank", Text)
    place = func.unnest(ids, keys).table_valued(*columns, name="place").render_derived()
    moved = update(Task).where(Task.id == place.c.id).values(rank=place.c.rank)
    await db.execute(moved.execution_options(synchronize_session=False))


async def write_labels(db: AsyncSession, ids: Sequence[UUID], change: AddRemove) -> None:
    """Puts labels on tasks and takes others off."""
    if change.add:
        new = every(change.add)
        pairs = select(Task.id, new.c.id, Task.project_id).join(new, true()).where(is_any(Task.id, ids))
        added = insert(TaskLabel).from_select(["task_id", "label_id", "project_id"], pairs)
        await db.execute(added.on_conflict_do_nothing())
    if change.remove:
        gone = is_any(TaskLabel.task_id, ids), is_any(TaskLabel.label_id, change.remove)
        await db.execute(delete(TaskLabel).where(*gone).execution_options(synchronize_session=False))


async def write_assignees(db: AsyncSession, ids: Sequence[UUID], change: AddRemove) -> None:
    """Gives people the tasks' work and takes it from others."""
    if change.add:
        new = every(change.add)
        pairs = select(Task.id, new.c.id).join(new, true()).where(is_any(Task.id, ids))
        added = insert(TaskAssignee).from_select(["task_id", "person_id"], pairs)
        await db.execute(added.on_conflict_do_nothing())
    if change.remove:
        gone = is_any(TaskAssignee.task_id, ids), is_any(TaskAssignee.person_id, change.remove)
        await db.execute(delete(TaskAssignee).where(*gone).execution_options(synchronize_session=False))


def every(ids: Sequence[UUID]) -> Any:
    """Ids as a table with one column, each once."""
    return (
        func.unnest(literal(sorted(set(ids)), ARRAY(Uuid)))
        .table_valued(column("id", Uuid), name="new")
        .render_derived()
    )
