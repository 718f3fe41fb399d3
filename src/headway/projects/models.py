"""Projects, who belongs to them, the states their tasks pass through, and their labels."""

from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base

# Rank keys compare byte by byte, on every server alike.
RankKey = String(collation="C")
# When a project was deleted that is being ended for good: it is out of the trash, and its rows go step by step.
ENDING = datetime(1970, 1, 1, tzinfo=UTC)


class Visibility(StrEnum):
    """Who finds a project: everybody in the workspace, or its own members and the workspace's owners."""

    workspace = "workspace"
    private = "private"


class Blocking(StrEnum):
    """What happens when a task is closed that an open one blocks: people are warned, or it is refused."""

    warn = "warn"
    refuse = "refuse"


class ProjectRole(StrEnum):
    """What somebody is in a project; each may do all that the one before may."""

    viewer = "viewer"
    commenter = "commenter"
    member = "member"
    admin = "admin"


class Category(StrEnum):
    """What a state means, whatever a team calls it."""

    backlog = "backlog"
    todo = "todo"
    doing = "doing"
    done = "done"
    cancelled = "cancelled"


class Color(StrEnum):
    """Label colours, each with a light and a dark tone in the web UI."""

    gray = "gray"
    red = "red"
    orange = "orange"
    yellow = "yellow"
    green = "green"
    teal = "teal"
    blue = "blue"
    indigo = "indigo"
    violet = "violet"
    pink = "pink"


class Project(Base):
    """A board's worth of tasks, with a key that its tasks' ids begin with."""

    __tablename__ = "project"
    __table_args__ = (
        Index("uq_project_workspace_id_key", "workspace_id", "key", unique=True),
        Index("ix_project_deleted_at", "deleted_at", postgresql_where="deleted_at IS NOT NULL"),
        CheckConstraint("visibility IN ('workspace', 'private')", name="visibility"),
        CheckConstraint("blocking IN ('warn', 'refuse')", name="blocking"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"))
    key: Mapped[str]
    name: Mapped[str]
    name_key: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    visibility: Mapped[str] = mapped_column(default=Visibility.workspace)
    blocking: Mapped[str] = mapped_column(default=Blocking.warn, server_default=Blocking.warn)
    # The number of the newest task: its row lock also puts creates and moves of one project in a line.
    last_number: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    deleted_at: Mapped[datetime | None]


class ProjectMember(Base):
    """A person's own role in a project, which a private project needs and an open one may raise.

    It counts while they stay in the workspace: who leaves and is invited again comes back without it.
    """

    __tablename__ = "project_member"
    __table_args__ = (
        CheckConstraint("role IN ('viewer', 'commenter', 'member', 'admin')", name="role"),
        CheckConstraint("NOT only_assigned OR role <> 'admin'", name="only_assigned"),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    role: Mapped[str]
    only_assigned: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]


class State(Base):
    """A step of a project's work: a column of its board."""

    __tablename__ = "state"
    __table_args__ = (
        UniqueConstraint("project_id", "name"),
        UniqueConstraint("project_id", "id"),
        CheckConstraint("category IN ('backlog', 'todo', 'doing', 'done', 'cancelled')", name="category"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    name: Mapped[str]
    category: Mapped[str]
    rank: Mapped[str] = mapped_column(RankKey)
    version: Mapped[int] = mapped_column(default=1)


class Label(Base):
    """A word to sort tasks by."""

    __tablename__ = "label"
    __table_args__ = (UniqueConstraint("project_id", "name"), UniqueConstraint("project_id", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    name: Mapped[str]
    name_key: Mapped[str]
    color: Mapped[str] = mapped_column(default=Color.gray)
    version: Mapped[int] = mapped_column(default=1)
