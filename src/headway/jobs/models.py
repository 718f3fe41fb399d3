"""The queue: one row for each thing that is still to be done, or that nobody could do."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base


class Job(Base):
    """Something to do. The row goes with its effect; one that failed too often stays, dead, until somebody decides."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_run_after", "run_after", "id", postgresql_where=text("dead_at IS NULL")),
        # One waiting job of a key stands for all who want it; what has begun does not count, it may be too late for it.
        Index("uq_job_name_key", "name", "key", unique=True, postgresql_where=text("attempts = 0 AND key IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None]
    # Due from then on; while somebody is at it, when their lease runs out. By the database's clock, like `leases`.
    run_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    dead_at: Mapped[datetime | None]
