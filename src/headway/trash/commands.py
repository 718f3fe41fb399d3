"""Ending what lies in the trash for good, by hand."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.asker import Asker
from headway.audit.record import audit
from headway.comments.models import Comment
from headway.db import fetch
from headway.idempotency.commands import forget_answers_naming
from headway.projects.access import require
from headway.projects.commands import lock_project_of
from headway.projects.models import Project
from headway.projects.queries import deleted_projects
from headway.tasks.commands import sub_tasks
from headway.tasks.models import Task
from headway.tasks.queries import deleted_tasks
from headway.trash.purging import end_projects, purge_comments, purge_tasks
from headway.trash.queries import deleted_comment

NO_TASK = ("task.not_found", "There is no such task in the trash.")
NO_COMMENT = ("comment.not_found", "There is no such comment in the trash.")
NO_PROJECT = ("project.not_found", "There is no such project in the trash.")


async def end_task(db: AsyncSession, me: Asker, task_id: UUID) -> None:
    """A task, and the sub-tasks that were deleted with it."""
    statement = deleted_tasks(me.person_id).where(Task.id == task_id)
    await lock_project_of(db, statement, NO_TASK)
    task, role = await fetch(db, statement.with_for_update(of=Task), *NO_TASK)
    require(role, "manage")
    tasks = [task, *await sub_tasks(db, task, deleted_at=task.deleted_at)]
    await purge_tasks(db, task.project_id, [one.id for one in tasks])
    await forget_answers_naming(db, *(one.id for one in tasks))
    await note(db, me, "task.purged", task.id, task.project_id, things=len(tasks))


async def end_comment(db: AsyncSession, me: Asker, comment_id: UUID) -> None:
    """A comment. Whoever said it may, and the project's admins."""
    statement = deleted_comment(me.person_id, comment_id)
    await lock_project_of(db, statement, NO_COMMENT)
    comment, role = await fetch(db, statement.with_for_update(of=Comment), *NO_COMMENT)
    require(role, "comment")
    if comment.author_id != me.person_id:
        require(role, "manage")
    await purge_comments(db, comment.project_id, [comment.id])
    await forget_answers_naming(db, comment.id)
    await note(db, me, "comment.purged", comment.id, comment.project_id)


async def end_project(db: AsyncSession, me: Asker, project_id: UUID) -> None:
    """A project: out of reach at once, and then taken apart by `purging.sweep`."""
    statement = deleted_projects(me.person_id).where(Project.id == project_id)
    project, role = await fetch(db, statement.with_for_update(of=Project), *NO_PROJECT)
    require(role, "manage")
    await end_projects(db, [project])
    await forget_answers_naming(db, project.id)
    await note(db, me, "project.purged", project.id, project.id)


async def note(db: AsyncSession, me: Asker, act: str, about_id: UUID, project_id: UUID, **details: Any) -> None:
    """The row that is left of what is gone: that it was there, and who ended it."""
    workspace_id = await db.scalar(select(Project.workspace_id).where(Project.id == project_id))
    where = {"about_id": about_id, "workspace_id": workspace_id}
    await audit(db, act, by=me.person_id, means=me.means, **where, project_id=str(project_id), **details)
