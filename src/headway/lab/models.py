"""The tracker's own tables as ORM entities with relationships, the way most applications write them.

A registry of their own, because Headway's entities have no relationships on purpose.
"""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, relationship

from headway.accounts.models import Person
from headway.projects.models import Label, Project, State
from headway.tasks.models import Task, TaskAssignee, TaskLabel


class LabBase(DeclarativeBase):
    """Of the lab's stacks."""


class LabPerson(LabBase):
    """Somebody."""

    __table__ = Person.__table__

    if TYPE_CHECKING:
        id: Mapped[UUID]
        name: Mapped[str]


class LabLabel(LabBase):
    """A word on tasks."""

    __table__ = Label.__table__

    if TYPE_CHECKING:
        id: Mapped[UUID]
        name: Mapped[str]
        color: Mapped[str]


class LabState(LabBase):
    """A column of a board."""

    __table__ = State.__table__

    if TYPE_CHECKING:
        id: Mapped[UUID]
        project_id: Mapped[UUID]
        category: Mapped[str]
        rank: Mapped[str]


class LabProject(LabBase):
    """A board."""

    __table__ = Project.__table__

    if TYPE_CHECKING:
        id: Mapped[UUID]
        last_number: Mapped[int]


class LabTask(LabBase):
    """A task with its people and its labels, which are loaded only where a statement says so."""

    __table__ = Task.__table__

    if TYPE_CHECKING:
        id: Mapped[UUID]
        project_id: Mapped[UUID]
        rank: Mapped[str]
        version: Mapped[int]
        updated_at: Mapped[datetime]
        deleted_at: Mapped[datetime | None]

    assignees: Mapped[list[LabPerson]] = relationship(
        secondary=TaskAssignee.__table__, order_by=Person.__table__.c.id, lazy="raise", viewonly=True
    )
    labels: Mapped[list[LabLabel]] = relationship(
        secondary=TaskLabel.__table__,
        primaryjoin=Task.__table__.c.id == TaskLabel.__table__.c.task_id,
        secondaryjoin=Label.__table__.c.id == TaskLabel.__table__.c.label_id,
        order_by=Label.__table__.c.id,
        lazy="raise",
        viewonly=True,
    )
