"""What the page about backups is told."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from headway.backup.models import Backup

State = Literal["running", "good", "untried", "failed", "cut_off"]
# How long a process takes to start on a busy machine.
STARTING = timedelta(seconds=20)


class BackupOut(BaseModel):
    """One backup. `good` is one whose restore was tried, and every row was there."""

    id: UUID
    file: str
    means: str = Field(description="schedule, web, api or cli.")
    at: datetime
    state: State
    step: str = Field(description="starting, writing, written, trying, tried or failed.")
    bytes: int | None
    rows: int | None
    seconds: float | None
    tried_at: datetime | None
    tried_seconds: float | None
    problem: str | None

    @classmethod
    def of(cls, row: Backup, *, busy: bool) -> "BackupOut":
        """`busy`: a backup is under way, which can only be the newest that has not ended."""
        return cls(
            id=row.id,
            file=row.file,
            means=row.means,
            at=row.at,
            state=state_of(row, busy=busy),
            step=row.step,
            bytes=row.bytes,
            rows=row.rows,
            seconds=row.seconds,
            tried_at=row.tried_at,
            tried_seconds=row.tried_seconds,
            problem=row.problem,
        )


class BackupsOut(BaseModel):
    """The backups that this database knows of, newest first, and whether all is as it should be."""

    running: bool
    folder: str | None = Field(description="HEADWAY_BACKUP_FOLDER; without one none are made by themselves.")
    every_hours: float
    keep: int
    good_at: datetime | None = Field(description="When the newest good backup was made.")
    tried_at: datetime | None = Field(description="When a restore was last tried, and went well.")
    warning: str | None
    items: list[BackupOut]


def state_of(row: Backup, *, busy: bool) -> State:
    if row.ok is not None:
        return "good" if row.ok else "failed"
    if busy:
        return "running"
    return "untried" if row.step == "written" else "cut_off"
