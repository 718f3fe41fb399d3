"""What ends for good: rows, everything that hung on them, and what history knows of them."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from headway.audit.record import audit
from headway.comments.models import Comment
from headway.db import Database
from headway.events.record import begin_change, record
from headway.idempotency.commands import KEPT, forget_answers_naming
from headway.projects.commands import tell_people, topic_of
from headway.projects.models import ENDING, Project, Visibility
from headway.projects.queries import who_sees
from headway.tasks.commands import pictures, settle
from headway.tasks.models import Task
from headway.trash.forgetting import drop_oldest, unsay

MEANS = "purge"
# Of one unit of work: a project's row, or a topic's counter, is held for as long as these take.
THINGS, ROWS, EVENTS = 100, 500, 5_000
ALL = 2**63 - 1

IDS = bindparam("ids", type_=ARRAY(Uuid))
COMMENTS_OF = text("SELECT id FROM comment WHERE task_id = ANY(:ids)").bindparams(IDS)
# In this order: what points at a row goes before it.
ROWS_OF_TASKS = [
    text(statement).bindparams(IDS)
    for statement in (
        "UPDATE task SET parent_id = NULL, version = version + 1 WHERE parent_id = ANY(:ids) AND id <> ALL(:ids)",
        "UPDATE task SET parent_id = NULL WHERE id = ANY(:ids) AND parent_id IS NOT NULL",
        "DELETE FROM comment WHERE task_id = ANY(:ids)",
        "DELETE FROM task_label WHERE task_id = ANY(:ids)",
        "DELETE FROM task_assignee WHERE task_id = ANY(:ids)",
        "DELETE FROM task WHERE id = ANY(:ids)",
    )
]
ROWS_OF_COMMENTS = text("DELETE FROM comment WHERE id = ANY(:ids)").bindparams(IDS)
# An import that runs again may bring it in anew.
IMPORTED = text("DELETE FROM imported_thing WHERE entity_id = ANY(:ids)").bindparams(IDS)
SPANS = text(
    "DELETE FROM span WHERE ctid = ANY(ARRAY(SELECT ctid FROM span WHERE topic = :topic LIMIT :n)) RETURNING 1"
)
REST_BY_ID = [
    text(statement).bindparams(bindparam("id", type_=Uuid))
    for statement in (
        "DELETE FROM imported_thing WHERE entity_id IN (SELECT id FROM state WHERE project_id = :id"
        " UNION ALL SELECT id FROM label WHERE project_id = :id UNION ALL SELECT :id)",
        "DELETE FROM label WHERE project_id = :id",
        "DELETE FROM state WHERE project_id = :id",
        "DELETE FROM project_member WHERE project_id = :id",
        "DELETE FROM last_look WHERE project_id = :id",
        "DELETE FROM project WHERE id = :id",
    )
]
REST_BY_TOPIC = [
    text(statement)
    for statement in (
        "DELETE FROM presence WHERE topic = :topic",
        "DELETE FROM span WHERE topic = :topic",
        "DELETE FROM timeline WHERE topic = :topic",
        "DELETE FROM topic WHERE name = :topic",
    )
]


async def purge_tasks(db: AsyncSession, project_id: UUID, ids: Sequence[UUID]) -> None:
    """Ends tasks for good, with their comments. Their other sub-tasks stand for themselves from then on.

    The project and the tasks are locked by the caller.
    """
    topic = topic_of(project_id)
    # A living task has no deleted parent, unless two people did two things at once: then viewers hear of it.
    living = select(Task).where(Task.parent_id.in_(ids), Task.id.not_in(ids), Task.deleted_at.is_(None))
    children = (await db.scalars(living.order_by(Task.id).with_for_update())).all()
    if children:
        before = await pictures(db, children)
        for child in children:
            child.parent_id = None
        await settle(db, children, before)
    comments = list((await db.scalars(COMMENTS_OF, {"ids": list(ids)})).all())
    await unsay(db, topic, [*ids, *comments])
    await db.execute(IMPORTED, {"ids": [*ids, *comments]})
    for statement in ROWS_OF_TASKS:
        await db.execute(statement, {"ids": list(ids)})
    for task_id in ids:
        record(db, topic, "task.purged", task_id, None, None)


async def purge_comments(db: AsyncSession, project_id: UUID, ids: Sequence[UUID]) -> None:
    """Ends comments for good. They are locked by the caller."""
    await unsay(db, topic_of(project_id), ids)
    await db.execute(IMPORTED, {"ids": list(ids)})
    await db.execute(ROWS_OF_COMMENTS, {"ids": list(ids)})
    for comment_id in ids:
        record(db, topic_of(project_id), "comment.purged", comment_id, None, None)


async def end_projects(db: AsyncSession, projects: Iterable[Project]) -> None:
    """Puts deleted projects, which are locked, out of everybody's reach for good; `sweep` takes them apart."""
    for project in projects:
        project.deleted_at = ENDING
        if project.visibility == Visibility.workspace:
            record(db, f"workspace:{project.workspace_id}", "project.purged", project.id, None, None)
        tell_people(db, (await db.scalars(who_sees(project.id))).all(), project.id)


async def purge(database: Database, days: int, at: datetime) -> None:
    """Ends everything that has been in the trash for longer than `days`, in small units of work; 0 days is for ever.

    Projects that were ended by hand are taken apart in any case.
    """
    # A thing in the trash is hardly spoken of: where it lay longer than answers are kept, none names it any more.
    answered = timedelta(days=days) < KEPT
    if days:
        await end_due_projects(database, at - timedelta(days=days), answered)
    await sweep(database)
    if days:
        await purge_due(database, Task, purge_tasks, at - timedelta(days=days), answered)
        await purge_due(database, Comment, purge_comments, at - timedelta(days=days), answered)


async def end_due_projects(database: Database, until: datetime, answered: bool) -> None:
    """Puts projects that were deleted up to then out of reach."""
    due = select(Project).where(Project.deleted_at <= until, Project.deleted_at > ENDING)
    async with database.unit_of_work() as db:
        begin_change(db, MEANS, None)
        projects = (await db.scalars(due.order_by(Project.id).limit(THINGS).with_for_update())).all()
        await end_projects(db, projects)
        for project in projects if answered else ():
            await forget_answers_naming(db, project.id)
        for project in projects:
            about = {"about_id": project.id, "workspace_id": project.workspace_id}
            await audit(db, "project.purged", by=None, means="server", **about)


async def purge_due(
    database: Database,
    thing: type[Task] | type[Comment],
    end: Callable[[AsyncSession, UUID, Sequence[UUID]], Awaitable[None]],
    until: datetime,
    answered: bool,
) -> None:
    """Ends tasks or comments that were deleted up to then, project by project."""
    async with database.reading() as db:
        projects = (await db.scalars(select(thing.project_id).where(thing.deleted_at <= until).distinct())).all()
    for project_id in projects:
        home = select(Project.id).where(Project.id == project_id).with_for_update(key_share=True)
        due = select(thing.id).where(thing.project_id == project_id, thing.deleted_at <= until)
        due = due.order_by(thing.deleted_at, thing.id).limit(THINGS).with_for_update()
        more = True
        while more:
            async with database.unit_of_work() as db:
                begin_change(db, MEANS, None)
                await db.execute(home)
                ids = (await db.scalars(due)).all()
                if ids:
                    await end(db, project_id, ids)
                    what: dict[str, Any] = {"kind": thing.__tablename__, "things": len(ids)}
                    await audit(db, "trash.emptied", by=None, means="server", about_id=project_id, **what)
                for one in ids if answered else ():
                    await forget_answers_naming(db, one)
                more = len(ids) == THINGS


async def sweep(database: Database) -> None:
    """Takes ended projects apart. Nobody can see them any more, so it does not matter how far it came last time."""
    async with database.reading() as db:
        projects = (await db.scalars(select(Project.id).where(Project.deleted_at == ENDING))).all()
    for project_id in projects:
        for step in (sweep_tasks, sweep_events, sweep_spans):
            more = True
            while more:
                async with database.unit_of_work() as db:
                    more = await step(db, project_id)
        async with database.unit_of_work() as db:
            await sweep_rest(db, project_id)


async def sweep_tasks(db: AsyncSession, project_id: UUID) -> bool:
    """Some of its tasks, with all that hangs on them. Whether there were any."""
    ids = list((await db.scalars(select(Task.id).where(Task.project_id == project_id).limit(ROWS))).all())
    comments = list((await db.scalars(COMMENTS_OF, {"ids": ids})).all())
    await db.execute(IMPORTED, {"ids": [*ids, *comments]})
    for statement in ROWS_OF_TASKS:
        await db.execute(statement, {"ids": ids})
    return bool(ids)


async def sweep_events(db: AsyncSession, project_id: UUID) -> bool:
    """The oldest of what ever happened there. Whether there was any."""
    return await drop_oldest(db, topic_of(project_id), ALL, EVENTS) > 0


async def sweep_spans(db: AsyncSession, project_id: UUID) -> bool:
    """Some of its states. Whether there were any."""
    return bool((await db.scalars(SPANS, {"topic": topic_of(project_id), "n": EVENTS})).all())


async def sweep_rest(db: AsyncSession, project_id: UUID) -> None:
    """What little is left, and what its workspace's history knows of it. Its key is free again."""
    topic = topic_of(project_id)
    await unsay(db, topic, [project_id])
    for statement in REST_BY_TOPIC:
        await db.execute(statement, {"topic": topic})
    for statement in REST_BY_ID:
        await db.execute(statement, {"id": project_id})
