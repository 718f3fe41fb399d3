"""Tasks and what hangs on them. Composite foreign keys keep a task, its state, labels and parent in one project."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base
from headway.projects.models import RankKey


class Task(Base):
    """One thing to do. People call it by its project's key and its number: HW-42."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        UniqueConstraint("project_id", "id"),
        ForeignKeyConstraint(["project_id", "state_id"], ["state.project_id", "state.id"], name="fk_task_state"),
        ForeignKeyConstraint(["project_id", "parent_id"], ["task.project_id", "task.id"], name="fk_task_parent"),
        CheckConstraint("priority BETWEEN 0 AND 4", name="priority"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("start_on <= due_on", name="starts_before_due"),
        # With those that are deleted: what is new goes behind them, as they may come back.
        Index("ix_task_project_id_rank_id", "project_id", "rank", "id"),
        Index("ix_task_project_id_updated_at", "project_id", "updated_at", "id", postgresql_where="deleted_at IS NULL"),
        Index("ix_task_parent_id", "parent_id", postgresql_where="parent_id IS NOT NULL"),
        Index("ix_task_state_id", "state_id"),
        Index("ix_task_deleted_at", "project_id", "deleted_at", postgresql_where="deleted_at IS NOT NULL"),
        *(
            Index(f"ix_task_{name}", name, postgresql_using="gin", postgresql_where=f"{name} <> '{{}}'")
            for name in ("blocked_by_ids", "related_ids")
        ),
        Index("ix_task_duplicate_of_id", "duplicate_of_id", postgresql_where="duplicate_of_id IS NOT NULL"),
        Index("ix_task_title", "title", postgresql_using="gin", postgresql_ops={"title": "gin_trgm_ops"}),
        Index(
            "ix_task_description", "description", postgresql_using="gin", postgresql_ops={"description": "gin_trgm_ops"}
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    number: Mapped[int]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    description_html: Mapped[str] = mapped_column(default="")
    state_id: Mapped[UUID]
    priority: Mapped[int] = mapped_column(SmallInteger, default=0)
    rank: Mapped[str] = mapped_column(RankKey)
    parent_id: Mapped[UUID | None]
    start_on: Mapped[date | None]
    due_on: Mapped[date | None]
    # In whatever the team counts: points, hours, days.
    estimate: Mapped[float | None] = mapped_column(Double)
    # [{id, text, done}] in order; see checklist.py. Like the two below empty by default, which only the database knows.
    checklist: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    # Sorted; the other task may be of another project, or gone since. See relations.py.
    blocked_by_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    related_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    duplicate_of_id: Mapped[UUID | None]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    deleted_at: Mapped[datetime | None]


class TaskAssignee(Base):
    """A person who works on a task."""

    __tablename__ = "task_assignee"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class TaskLabel(Base):
    """A label on a task of the same project."""

    __tablename__ = "task_label"
    __table_args__ = (
        ForeignKeyConstraint(["project_id", "task_id"], ["task.project_id", "task.id"], name="fk_task_label_task"),
        ForeignKeyConstraint(["project_id", "label_id"], ["label.project_id", "label.id"], name="fk_task_label_label"),
    )

    task_id: Mapped[UUID] = mapped_column(primary_key=True)
    label_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    project_id: Mapped[UUID]
