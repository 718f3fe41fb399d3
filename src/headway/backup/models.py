"""The backups that were made, one row each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base


class Backup(Base):
    """A backup: where it is, how large, and whether restoring it has been tried. `ok` is None until one was."""

    __tablename__ = "backup"
    __table_args__ = (Index("ix_backup_at", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    file: Mapped[str]
    means: Mapped[str]  # schedule, web, api, cli
    at: Mapped[datetime]
    step: Mapped[str]  # starting, writing, written, trying, tried, failed
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    rows: Mapped[int | None] = mapped_column(BigInteger)
    seconds: Mapped[float | None]
    tried_at: Mapped[datetime | None]
    tried_seconds: Mapped[float | None]
    ok: Mapped[bool | None]
    problem: Mapped[str | None]
