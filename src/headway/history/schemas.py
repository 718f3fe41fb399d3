"""Shapes of what was as it crosses the wire."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from headway.projects.schemas import LabelOut, PersonSeen, ProjectOut, StateOut
from headway.tasks.schemas import TaskRow
from headway.text import Input

MAX_REVISION = 2**63 - 1


class Noun(StrEnum):
    """What sort of thing something happened to."""

    task = "task"
    comment = "comment"
    state = "state"
    label = "label"
    project = "project"
    member = "member"


class Named(BaseModel):
    """Somebody by name."""

    person_id: UUID
    name: str


class Happened(BaseModel):
    """What happened to one thing: the fields as they were and as they became."""

    kind: str = Field(examples=["task.changed"])
    id: UUID
    revision: int
    title: str | None = Field(description="What people call the thing now, or called it when it was there.")
    human_id: str | None = Field(description="Of tasks; for a comment, its task's.")
    task_id: UUID | None = Field(description="The task that a comment is about.")
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ChangeOut(BaseModel):
    """What one command, bulk edit or import did together; `POST /api/changes/{id}/undo` takes it back."""

    id: UUID
    at: datetime
    revision: int = Field(description="Of its last event here.")
    by: UUID | None
    means: str = Field(description="web, api, cli, import, …")
    token: str | None = Field(description="The name of the API token it was done with.")
    why: str | None
    undoes: UUID | None
    undone_by: UUID | None = Field(description="The change that has undone it, unless that has been undone in turn.")
    count: int = Field(description="How many things it did here; 0 where only that much is known.")
    kinds: dict[str, int] = Field(description="How many of each kind.", examples=[{"task.changed": 37}])
    events: list[Happened] = Field(description="The first 20 of them.")


class History(BaseModel):
    """Changes, newest first. Where `next_cursor` is not null there are more, even if this page is short."""

    items: list[ChangeOut]
    next_cursor: str | None
    people: list[Named]


class ChangePage(ChangeOut):
    """One change with its events a page at a time."""

    next_cursor: str | None
    people: list[Named]


class Moment(BaseModel):
    """A revision of a project, and when it came about."""

    revision: int
    at: datetime


class Step(Moment):
    """One of equal steps through a project's time."""

    changes: int = Field(description="Events since the step before.")


class ProjectTimeline(BaseModel):
    """From when until when a project's past can be told, in steps of equal length."""

    from_: Moment = Field(alias="from")
    to: Moment
    steps: list[Step]


class FieldDifference(BaseModel):
    """A field then and later."""

    from_: Any = Field(alias="from")
    to: Any


class What(StrEnum):
    """What became of a thing between two moments."""

    created = "created"
    deleted = "deleted"
    changed = "changed"


class Difference(BaseModel):
    """How one thing differs between two moments, and who has touched it in between."""

    noun: Noun
    id: UUID
    title: str | None
    human_id: str | None
    task_id: UUID | None
    what: What
    fields: dict[str, FieldDifference]
    by: list[UUID]
    at: datetime | None


class Counts(BaseModel):
    """How many things, all pages together."""

    created: int
    deleted: int
    changed: int


class Diff(BaseModel):
    """What differs between two moments, last touched first. What came and went in between does not show."""

    from_: Moment = Field(alias="from")
    to: Moment
    counts: Counts
    items: list[Difference]
    next_cursor: str | None
    people: list[Named]


class CommentWords(BaseModel):
    """A comment as it is written."""

    id: UUID
    task_id: UUID
    project_id: UUID
    author_id: UUID | None
    body: str
    created_at: datetime
    updated_at: datetime
    version: int


class TaskWhole(TaskRow):
    """A task with its description and comments, as they are written."""

    description: str
    comments: list[CommentWords]


class Export(BaseModel):
    """A project with everything in it that people made."""

    format: str = Field(examples=["headway-project-1"])
    revision: int
    at: datetime
    project: ProjectOut
    states: list[StateOut]
    labels: list[LabelOut]
    people: list[PersonSeen]
    tasks: list[TaskWhole]


class LastLookOut(BaseModel):
    """How far you have seen a project; `revision` is null where you never said."""

    revision: int | None
    at: datetime | None
    changes: int = Field(description="Changes that others have made since.")


class Look(Input):
    """The revision that you have before your eyes."""

    revision: int = Field(ge=0, le=MAX_REVISION)
