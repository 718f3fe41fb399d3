"""What an undo takes and says."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from headway.text import Input
from headway.undoing import What

LISTED = 200


class UndoWanted(Input):
    """What to take back of a change set, and whether to do it or only to say what would happen."""

    preview: bool = False
    only: Annotated[list[UUID], Field(min_length=1, max_length=1_000)] | None = Field(
        default=None, description="Only these of the things that the change set touched."
    )


class UndoCounts(BaseModel):
    """How much of each there is; the lists hold 200 at most."""

    undone: int
    conflicts: int
    refused: int
    left: int


class UndoneThing(BaseModel):
    """A thing that went back. `kind` is what it is: task, comment, state, label or project."""

    kind: str
    id: UUID
    title: str | None
    human_id: str | None
    fields: list[str]
    what: What


class UndoBy(BaseModel):
    """Somebody."""

    person_id: UUID
    name: str


class UndoConflict(BaseModel):
    """What stays as it is, because somebody changed it since. `field` null: all of the thing; `detail` says why."""

    kind: str
    id: UUID
    title: str | None
    human_id: str | None
    field: str | None
    wanted: Any
    current: Any
    detail: str
    by: UndoBy | None
    at: str | None


class UndoRefused(BaseModel):
    """What this person may not change, and so may not take back."""

    kind: str
    id: UUID
    title: str | None
    human_id: str | None
    code: str
    detail: str


class UndoLeft(BaseModel):
    """What undo never takes back."""

    kind: str
    detail: str


class UndoOut(BaseModel):
    """What an undo did, or would do."""

    preview: bool
    change: UUID | None = Field(description="The change set that the undo is; null if there was nothing to do.")
    undoes: UUID
    counts: UndoCounts
    undone: list[UndoneThing]
    conflicts: list[UndoConflict]
    refused: list[UndoRefused]
    left: list[UndoLeft]
