"""The select()s that all stacks share. They touch no session; the floor compiles them to SQL once."""

from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, Update, func, select, update
from sqlalchemy.orm import selectinload

from headway.lab.models import LabLabel, LabPerson, LabProject, LabState, LabTask
from headway.tasks.models import TaskAssignee, TaskLabel

PAGE = 50
Given = UUID | BindParameter[Any]

WITH_ALL = (selectinload(LabTask.assignees), selectinload(LabTask.labels))


def page(project_id: Given, limit: int = PAGE) -> Select[Any]:
    """A project's first tasks, in the order of the board."""
    return (
        select(LabTask)
        .where(LabTask.project_id == project_id, LabTask.deleted_at.is_(None))
        .order_by(LabTask.rank, LabTask.id)
        .limit(limit)
    )


def one(task_id: Given) -> Select[Any]:
    """A task that is not deleted."""
    return select(LabTask).where(LabTask.id == task_id, LabTask.deleted_at.is_(None))


def person(person_id: Given) -> Select[Any]:
    """The guide's own get_user."""
    return select(LabPerson).where(LabPerson.id == person_id)


def slow_person(person_id: Given, sleep: float | BindParameter[float]) -> Select[Any]:
    """The same, and the statement takes `sleep` seconds in the database."""
    return select(LabPerson, func.pg_sleep(sleep).label("slept")).where(LabPerson.id == person_id)


def sleep(seconds: float | BindParameter[float]) -> Select[Any]:
    """A statement that only takes its time."""
    return select(func.pg_sleep(seconds))


def next_number(project_id: Given) -> Update:
    """The number of a new task; whoever asks next waits for our commit."""
    return (
        update(LabProject)
        .where(LabProject.id == project_id)
        .values(last_number=LabProject.last_number + 1)
        .returning(LabProject.last_number)
    )


def first_state(project_id: Given) -> Select[Any]:
    """Where new tasks go, as Headway has it."""
    usual = (LabState.category != "todo", LabState.category != "backlog", LabState.rank)
    return select(LabState.id).where(LabState.project_id == project_id).order_by(*usual).limit(1)


def assignees_of(ids: BindParameter[Any]) -> Select[Any]:
    """(task, id, name): what `selectinload` asks, for whoever has no ORM."""
    link = TaskAssignee.__table__.c
    return (
        select(link.task_id, LabPerson.id, LabPerson.name)
        .join(LabPerson, LabPerson.id == link.person_id)
        .where(link.task_id == func.any(ids))
        .order_by(LabPerson.id)
    )


def labels_of(ids: BindParameter[Any]) -> Select[Any]:
    """(task, id, name, color)."""
    link = TaskLabel.__table__.c
    return (
        select(link.task_id, LabLabel.id, LabLabel.name, LabLabel.color)
        .join(LabLabel, LabLabel.id == link.label_id)
        .where(link.task_id == func.any(ids))
        .order_by(LabLabel.id)
    )
