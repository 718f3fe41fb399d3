"""How tasks hang together: which blocks which, what is a duplicate of what, what has to do with each other.

Each relation is kept on one of its two tasks; both show it.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from headway.errors import Conflict, Invalid
from headway.projects.models import Project, State
from headway.projects.queries import EMPTY
from headway.tasks.models import Task
from headway.tasks.queries import CLOSED, elsewhere_json, human_id, only_seen, revisions, visible_tasks
from headway.tasks.schemas import AddRemove

MOST = 50
UNSEEN = "a task that you cannot see"


def ids_in(ids: Iterable[UUID]) -> ColumnElement[bool]:
    return Task.id == any_(literal(list(ids), ARRAY(Uuid)))


async def refuse_strangers(db: AsyncSession, person_id: UUID, task: Task, wanted: Sequence[UUID], field: str) -> None:
    """Lets pass what this person sees in the task's workspace, other than the task itself."""
    if not wanted:
        return
    if task.id in wanted:
        raise Invalid(field, f"{field}: a task has no such relation with itself.")
    home = select(Project.workspace_id).where(Project.id == task.project_id).scalar_subquery()
    known = visible_tasks(person_id).with_only_columns(Task.id, maintain_column_froms=True)
    there = set(await db.scalars(known.where(ids_in(wanted), Project.workspace_id == home)))
    if unknown := set(wanted) - there:
        raise Invalid(field, f"{field}: there is no task {min(unknown)} in this workspace.")


async def changed(
    db: AsyncSession, person_id: UUID, task: Task, has: Sequence[UUID], change: AddRemove, field: str
) -> list[UUID]:
    """A set of related tasks with some more and some less; what is there or gone already is fine."""
    await refuse_strangers(db, person_id, task, sorted(set(change.add).difference(has)), field)
    wanted = sorted((set(has) | set(change.add)) - set(change.remove))
    if len(wanted) > MOST:
        raise Invalid(field, f"{field}: it would have {len(wanted)} tasks; {MOST} are the most.")
    return wanted


def blockers(task_ids: Sequence[UUID]) -> Select[UUID, UUID, str, str]:
    """(blocked task, its open blocker, that one's id as people say it, and its title)."""
    blocked = aliased(Task, name="blocked")
    return (
        select(blocked.id, Task.id, human_id, Task.title)
        .join(Task, Task.id == any_(blocked.blocked_by_ids))
        .join(Project, Project.id == Task.project_id)
        .join(State, State.id == Task.state_id)
        .where(
            blocked.id == any_(literal(list(task_ids), ARRAY(Uuid))),
            Task.deleted_at.is_(None),
            Project.deleted_at.is_(None),
            State.category.not_in(CLOSED),
        )
        .order_by(Project.key, Task.number)
    )


def is_blocked() -> ColumnElement[bool]:
    """That a task waits for another one that is open."""
    other, project, state = aliased(Task), aliased(Project), aliased(State)
    waits = (
        select(other.id)
        .join(project, project.id == other.project_id)
        .join(state, state.id == other.state_id)
        .where(
            other.id == any_(Task.blocked_by_ids),
            other.deleted_at.is_(None),
            project.deleted_at.is_(None),
            state.category.not_in(CLOSED),
        )
    )
    return and_(func.cardinality(Task.blocked_by_ids) > 0, waits.correlate(Task).exists())


async def blocked_words(db: AsyncSession, person_id: UUID, task_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Why each of the tasks may not be closed where a project insists, in words."""
    rows = (await db.execute(blockers(task_ids))).all()
    if not rows:
        return {}
    known = visible_tasks(person_id).with_only_columns(Task.id, maintain_column_froms=True)
    seen = set(await db.scalars(known.where(ids_in({row[1] for row in rows}))))
    words: dict[UUID, list[str]] = {}
    for blocked, blocker, name, title in rows:
        words.setdefault(blocked, []).append(f"{name} “{title}”" if blocker in seen else UNSEEN)
    return {task: refusal(list(dict.fromkeys(names))) for task, names in words.items()}


def refusal(names: Sequence[str]) -> str:
    first = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"It is blocked by {first}. Close that first, or take the relation away."


async def refuse_blocked(db: AsyncSession, person_id: UUID, task: Task, category: str) -> None:
    """Lets a task be closed where nothing open blocks it, or its project only warns.

    Raises:
        Conflict: something does, and the project insists.
    """
    if category not in CLOSED or task.completed_at or not task.blocked_by_ids:
        return
    if await db.scalar(select(Project.blocking).where(Project.id == task.project_id)) != "refuse":
        return
    if words := await blocked_words(db, person_id, [task.id]):
        raise Conflict("task.blocked", words[task.id])


def relations_of(person_id: UUID, workspace_id: UUID, task: Task) -> Select[str]:
    """JSON text of the tasks that a task hangs together with, as far as this person sees them, and what to follow."""
    me = task.id

    def one(kind: str, place: int, which: ColumnElement[bool]) -> Select[Any]:
        columns: tuple[Any, ...] = (
            elsewhere_json().label("data"),
            literal_column(f"'{kind}'", Text).label("kind"),
            literal_column(str(place)).label("place"),
            Project.key.label("key"),
            Task.number.label("number"),
        )
        seen = select(*columns).select_from(Task).join(Project, Project.id == Task.project_id)
        return only_seen(seen.join(State, State.id == Task.state_id), person_id).where(
            Project.workspace_id == workspace_id, Task.deleted_at.is_(None), which
        )

    mine = literal(me, Uuid)
    rows = union_all(
        one("blocked_by", 1, ids_in(task.blocked_by_ids)),
        one("blocks", 2, Task.blocked_by_ids.contains([me])),
        one("duplicate_of", 3, Task.id == literal(task.duplicate_of_id, Uuid)),
        one("duplicated_by", 4, Task.duplicate_of_id == mine),
        one("related", 5, and_(or_(ids_in(task.related_ids), Task.related_ids.contains([me])), Task.id != mine)),
    ).subquery()
    item = func.json_build_object("kind", rows.c.kind, "task", rows.c.data)
    in_order = aggregate_order_by(item, rows.c.place, rows.c.key, rows.c.number)
    items = select(func.coalesce(func.json_agg(in_order), EMPTY)).select_from(rows).scalar_subquery()
    whole = func.json_build_object("items", items, "revisions", revisions(person_id, workspace_id))
    return select(whole.cast(Text))
