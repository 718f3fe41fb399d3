"""Shapes of the trash as it crosses the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class PersonNamed(BaseModel):
    """Somebody who deleted something here."""

    person_id: UUID
    name: str


class TrashItem(BaseModel):
    """Something that was deleted and can be restored."""

    kind: Literal["task", "comment", "project"]
    id: UUID
    project_id: UUID
    task_id: UUID | None = Field(description="The task of a comment.")
    human_id: str = Field(description="HW-42: the task, or the task of a comment; the key of a project.")
    title: str = Field(description="What it was called; how a comment began.")
    deleted_at: datetime
    deleted_by: UUID | None
    gone_at: datetime | None = Field(description="When it will be gone for good; null where it is kept for ever.")
    with_: int = Field(alias="with", description="Sub-tasks that were deleted with a task; tasks in a project.")


class ProjectTrash(BaseModel):
    """Deleted tasks and comments of a project, the newest first."""

    items: list[TrashItem]
    next_cursor: str | None
    days: int = Field(description="How long things stay here; 0 is for ever.")
    people: list[PersonNamed]


class WorkspaceTrash(BaseModel):
    """Deleted projects that you may restore, the newest first."""

    items: list[TrashItem]
    days: int
    people: list[PersonNamed]
