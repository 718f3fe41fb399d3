"""What a restricted viewer sees, now and as of a revision; permission is part of each statement."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, Uuid, and_, any_, bindparam, cast, column, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from headway.comments.models import Comment
from headway.db import prepared
from headway.events.past import happened
from headway.events.queries import topic_of
from headway.live.sight import Sight
from headway.projects.models import Project
from headway.projects.queries import OUTSIDE, mine, only_visible, project_revision, restricted
from headway.tasks.models import Task, TaskAssignee
from headway.tasks.queries import only_seen, task_json


def assigned_now() -> Any:
    """The ids of the tasks of `Project` that are assigned to whoever asks, as an array."""
    return (
        select(func.coalesce(func.array_agg(cast(Task.id, Text)), cast([], ARRAY(Text))))
        .join(TaskAssignee, and_(TaskAssignee.task_id == Task.id, TaskAssignee.person_id == mine.person_id))
        .where(Task.project_id == Project.id, Task.deleted_at.is_(None))
        .correlate(*OUTSIDE)
        .scalar_subquery()
    )


@prepared
def sight_now(person_id: UUID, project_id: UUID) -> Select[int, bool, list[str]]:
    """(revision, whether they are restricted, their tasks), at one moment; no row where they do not see the project."""
    statement = select(project_revision(), restricted, assigned_now()).select_from(Project)
    return only_visible(statement, person_id).where(Project.id == project_id)


@prepared
def sight_at(person_id: UUID, project_id: UUID, revision: int) -> Select[list[str], list[str], list[str]]:
    """(their tasks now, tasks that have come, gone or changed hands since, those of them that were theirs).

    The first that has happened to a task since then says whose it was.
    """
    first = (
        select(happened.c.entity_id, happened.c.before)
        .ext(distinct_on(happened.c.entity_id))
        .where(
            happened.c.topic == topic_of("project", Project.id),
            happened.c.revision > revision,
            or_(
                happened.c.kind == "task.created",
                happened.c.kind == "task.deleted",
                and_(happened.c.kind == "task.changed", happened.c.before.has_key("assignee_ids")),
            ),
        )
        .order_by(happened.c.entity_id, happened.c.revision, happened.c.position)
        .correlate(*OUTSIDE)
        .lateral("first")
    )
    ids = aggregate_order_by(cast(first.c.entity_id, Text), first.c.entity_id)
    none: Any = cast([], ARRAY(Text))
    theirs = first.c.before["assignee_ids"].has_key(cast(mine.person_id, Text))
    since = select(
        func.coalesce(func.array_agg(ids), none).label("ids"),
        func.coalesce(func.array_agg(ids).filter(theirs), none).label("theirs"),
    )
    moved = since.select_from(first).correlate(*OUTSIDE).lateral("moved")
    statement = select(assigned_now(), moved.c.ids, moved.c.theirs).select_from(Project)
    return only_visible(statement, person_id).join(moved, true()).where(Project.id == project_id)


@cache
def _tasks_of() -> Select[str, str]:
    ids = bindparam("ids", type_=ARRAY(Uuid))
    return select(cast(Comment.id, Text), cast(Comment.task_id, Text)).where(Comment.id == any_(ids))


async def tasks_of(db: AsyncSession, comments: Collection[UUID]) -> dict[str, str]:
    """The task of each comment; one that is deleted for good has none."""
    if not comments:
        return {}
    rows = await db.execute(_tasks_of(), {"ids": list(comments)})
    return {row[0]: row[1] for row in rows}


@cache
def _pictures() -> Select[str, str, str]:
    people, tasks = bindparam("people", type_=ARRAY(Uuid)), bindparam("tasks", type_=ARRAY(Uuid))
    columns = column("person_id", Uuid), column("task_id", Uuid)
    asked = func.unnest(people, tasks).table_valued(*columns, name="asked").render_derived()
    statement = (
        select(cast(asked.c.person_id, Text), cast(asked.c.task_id, Text), cast(task_json(), Text))
        .select_from(asked)
        .join(Task, Task.id == asked.c.task_id)
        .join(Project, Project.id == Task.project_id)
        .where(Task.deleted_at.is_(None))
    )
    return only_seen(statement, asked.c.person_id)


async def pictures(db: AsyncSession, pairs: Iterable[tuple[UUID, UUID]]) -> dict[tuple[str, str], str]:
    """JSON text of tasks by (person, task), where the person sees it at this moment."""
    wanted = list(pairs)
    if not wanted:
        return {}
    given = {"people": [one for one, _ in wanted], "tasks": [one for _, one in wanted]}
    return {(person, task): data for person, task, data in await db.execute(_pictures(), given)}


async def look_back(db: AsyncSession, person_id: UUID, project_id: UUID, revision: int) -> Sight:
    """What somebody saw as of a revision; nothing where they do not see the project any more."""
    row = (await db.execute(*sight_at(person_id, project_id, revision))).one_or_none()
    now, moved, theirs = row or ((), (), ())
    return Sight(str(person_id), set(now).difference(moved).union(theirs))
