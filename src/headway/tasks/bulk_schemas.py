"""Shapes of one change to many tasks."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from headway.projects.schemas import ABSENT, Version
from headway.tasks.schemas import AddRemove, Day, Estimate, Move, Priority
from headway.text import Input


class BulkItem(Input):
    """One of the tasks, and the version of it that the change is based on. Without one the last change wins."""

    id: UUID
    version: Version | None = None


def distinct(items: list[BulkItem]) -> list[BulkItem]:
    """Refuses a task that is there twice: it could not have two results."""
    seen: set[UUID] = set()
    for item in items:
        if item.id in seen:
            raise ValueError(f"{item.id} is there twice")
        seen.add(item.id)
    return items


class BulkChange(Input):
    """The fields to change on each task; those left out stay as they are. Null empties a date or the parent."""

    state_id: UUID = ABSENT
    priority: Priority = ABSENT
    parent_id: UUID | None = None
    start_on: Day | None = None
    due_on: Day | None = None
    estimate: Estimate | None = None
    labels: AddRemove = ABSENT
    assignees: AddRemove = ABSENT


class Bulk(Input):
    """Up to 1,000 tasks of one project, and exactly one of change, move and delete.

    `move` puts them at one place, one behind the other, in the order of `items`.
    """

    items: Annotated[list[BulkItem], Field(min_length=1, max_length=1_000), AfterValidator(distinct)]
    change: BulkChange = ABSENT
    move: Move = ABSENT
    delete: Literal[True] = ABSENT


class Who(BaseModel):
    """Whoever was first."""

    person_id: UUID
    name: str


class FieldConflict(BaseModel):
    """A field that somebody else has changed to something else since the version that was named."""

    field: str
    base: Any
    yours: Any
    theirs: Any
    by: Who | None
    at: datetime | None


class BulkResult(BaseModel):
    """What became of one task. In a conflict, and when refused, nothing of it was changed."""

    id: UUID
    status: Literal["changed", "unchanged", "conflict", "refused"]
    version: int | None = Field(description="The version it has now; null where there is no such task.")
    code: str | None = None
    detail: str | None = None
    conflicts: list[FieldConflict] = []


class BulkOut(BaseModel):
    """The change set of all that was changed, null if nothing was; and each task's result, in the order sent."""

    change: UUID | None
    items: list[BulkResult]
