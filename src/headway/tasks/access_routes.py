"""What somebody can see in a project, and why, over HTTP. Here because it may be about one task."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from sqlalchemy import ColumnElement, Select, and_, exists, false

from headway.accounts.session import Me
from headway.answers import refusals
from headway.db import Db, fetch
from headway.projects.access import require
from headway.projects.access_queries import facts_of
from headway.projects.access_reasons import about_task, explained
from headway.projects.access_schemas import AccessList, AccessOut
from headway.projects.commands import NO_PROJECT, project_i_may
from headway.projects.models import Project
from headway.projects.queries import mine, my_role, visible_project
from headway.routing import Router
from headway.tasks.commands import NOT_FOUND
from headway.tasks.models import Task, TaskAssignee
from headway.tasks.queries import called, human_id, is_seen, visible_tasks

router = Router(tags=["access"])
NO_PERSON = ("person.not_found", "There is nobody like that in this workspace. Invite them first.")
OneTask = Annotated[str | None, Query(max_length=100, description="A task of the project: its id, or HW-42.")]


@router.get("/projects/{project_id}/access", response_model=AccessList, responses=refusals(401, 403, 404))
async def list_access(project_id: UUID, db: Db, me: Me) -> AccessList:
    """What everybody of the workspace may do in the project, and why. For its admins."""
    await project_i_may(db, me, project_id, "manage")
    there = facts_of(project_id).where(mine.role.is_not(None))
    return AccessList(items=[explained(facts) for facts in await db.execute(there)])


@router.get("/projects/{project_id}/access/{person_id}", response_model=AccessOut, responses=refusals(401, 403, 404))
async def get_access(project_id: UUID, person_id: UUID, db: Db, me: Me, task: OneTask = None) -> AccessOut:
    """What somebody may do in the project, and why; with `task`, whether they see it.

    Admins of the project may ask about everybody whom the workspace knows, and everybody about themselves.
    """
    _, role, _ = await fetch(db, visible_project(me.person_id, project_id), *NO_PROJECT)
    if person_id != me.person_id:
        require(role, "manage")
    about = facts_of(project_id).where(mine.person_id == person_id)
    if task is None:
        return explained(await fetch(db, about, *NO_PERSON))
    asked = visible_tasks(me.person_id).where(Project.id == project_id, is_called(task))
    found, _ = await fetch(db, asked, *NOT_FOUND)
    facts = await fetch(db, with_task(about, found.id), *NO_PERSON)
    return explained(facts, about_task(facts))


def is_called(task: str) -> ColumnElement[bool]:
    """The condition that a task is meant by these words."""
    try:
        return Task.id == UUID(task)
    except ValueError:
        condition = called(task)
    return false() if condition is None else condition


def with_task(facts: Select[Any], task_id: UUID) -> Select[Any]:
    """The facts, and what decides about one task of the project."""
    assigned = exists().where(TaskAssignee.task_id == Task.id, TaskAssignee.person_id == mine.person_id)
    seen = and_(my_role.is_not(None), is_seen())
    return facts.add_columns(human_id.label("human_id"), seen.label("seen"), assigned.label("assigned")).join(
        Task, and_(Task.project_id == Project.id, Task.id == task_id)
    )
