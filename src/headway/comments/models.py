"""What people say about a task."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base


class Comment(Base):
    """One comment. `project_id` is its task's, so that who may see it is one join away."""

    __tablename__ = "comment"
    __table_args__ = (
        ForeignKeyConstraint(["project_id", "task_id"], ["task.project_id", "task.id"], name="fk_comment_task"),
        # Deleted ones too: a task that ends for good asks for all of them.
        Index("ix_comment_task_id", "task_id", "created_at", "id"),
        Index("ix_comment_deleted_at", "project_id", "deleted_at", postgresql_where="deleted_at IS NOT NULL"),
        Index("ix_comment_body", "body", postgresql_using="gin", postgresql_ops={"body": "gin_trgm_ops"}),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    task_id: Mapped[UUID]
    project_id: Mapped[UUID]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    body: Mapped[str]
    body_html: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    deleted_at: Mapped[datetime | None]
