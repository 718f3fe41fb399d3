"""Shapes of tasks as they cross the wire."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from headway.paging import Limit
from headway.projects.models import Category
from headway.projects.schemas import ABSENT, LabelOut, PersonSeen, ProjectOut, StateOut, Version
from headway.tasks.checklist import ChecklistChange, ChecklistItem, NewChecklistItem
from headway.text import Body, Input, Storable, Title

Priority = Annotated[int, Field(ge=0, le=4, description="0 none, 1 low, 2 medium, 3 high, 4 urgent.")]
Estimate = Annotated[
    float,
    Field(ge=0, le=1_000_000, allow_inf_nan=False, description="In whatever the team counts: points, hours, days."),
]
Ids = Annotated[list[UUID], Field(max_length=50)]


def written_as_day(value: Any) -> Any:
    """Refuses what would only be guessed to be a day, such as seconds since 1970."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII)):
        return value
    raise ValueError("must be a day such as 2026-12-24")


Day = Annotated[date, BeforeValidator(written_as_day), Field(ge=date(1900, 1, 1), le=date(9999, 12, 30))]


class TaskRow(BaseModel):
    """A task as boards and lists show it."""

    id: UUID
    project_id: UUID
    number: int
    human_id: str
    title: str
    state_id: UUID
    priority: Priority
    rank: str
    parent_id: UUID | None
    start_on: date | None
    due_on: date | None
    estimate: float | None
    checklist_total: int
    checklist_done: int
    blocked_by_ids: list[UUID]
    duplicate_of_id: UUID | None
    related_ids: list[UUID]
    label_ids: list[UUID]
    assignee_ids: list[UUID]
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    version: int


class TaskOut(TaskRow):
    """A task, whole."""

    description: str
    description_html: str = Field(description="The description as safe HTML.")
    checklist: list[ChecklistItem]


class TaskElsewhere(TaskRow):
    """A task outside its project's screens, with what those would have said."""

    project_key: str
    project_name: str
    state_name: str
    state_category: Category


class Board(BaseModel):
    """Everything a project's board shows, at one revision of its topic."""

    revision: int
    project: ProjectOut
    states: list[StateOut]
    labels: list[LabelOut]
    people: list[PersonSeen]
    tasks: list[TaskRow]


class BoardThen(Board):
    """A board as it was at a revision: `at` is when that came about."""

    at: datetime
    counts: dict[UUID, int] = Field(description="How many tasks each state had, shown or not.")


class Sort(StrEnum):
    """What a list is sorted by."""

    rank = "rank"
    updated = "-updated"
    due = "due"
    priority = "-priority"
    number = "number"


class TaskPage(BaseModel):
    """Some of a project's tasks; `next_cursor` is null on the last page."""

    items: list[TaskRow]
    next_cursor: str | None
    revision: int


class PageAsked(BaseModel):
    """Which of a project's tasks to list, in which order, and how many at a time."""

    state_id: UUID | None = None
    category: Category | None = None
    assignee_id: UUID | None = None
    label_id: UUID | None = None
    priority: Priority | None = None
    q: Annotated[str | None, Field(max_length=200), Storable] = None
    sort: Sort = Sort.rank
    cursor: Annotated[str | None, Field(max_length=1_000)] = None
    limit: Limit = 50


class MyWork(BaseModel):
    """Open tasks that are assigned to you, and the revision of each project they may come from."""

    items: list[TaskElsewhere]
    revisions: dict[str, int]


class RelationKind(StrEnum):
    """How another task hangs together with this one."""

    blocked_by = "blocked_by"
    blocks = "blocks"
    duplicate_of = "duplicate_of"
    duplicated_by = "duplicated_by"
    related = "related"


class Relation(BaseModel):
    """Another task, and what it is to this one."""

    kind: RelationKind
    task: TaskElsewhere


class Relations(BaseModel):
    """What a task hangs together with, and the revision of each project that it could come from."""

    items: list[Relation]
    revisions: dict[str, int]


class Found(BaseModel):
    """What a search found, best first. `revisions`, if asked for, of each project that something could come from."""

    items: list[TaskElsewhere]
    revisions: dict[str, int] | None


class NewTask(Input):
    """A task to add. Without a state it starts in the first one of the todo category."""

    title: Title
    description: Body = ""
    state_id: UUID | None = None
    priority: Priority = 0
    parent_id: UUID | None = None
    start_on: Day | None = None
    due_on: Day | None = None
    estimate: Estimate | None = None
    checklist: Annotated[list[NewChecklistItem], Field(max_length=200)] = []
    label_ids: Ids = []
    assignee_ids: Ids = []
    after_id: UUID | None = Field(default=None, description="The task to put it behind; without one it goes last.")


class AddRemove(Input):
    """Members of a set to add and to remove. The rest of the set stays, whoever else changes it meanwhile."""

    add: Ids = []
    remove: Ids = []


class TaskChange(Input):
    """The fields to change; those left out stay as they are. Null empties a date or the parent."""

    version: Version | None = None
    title: Title = ABSENT
    description: Body = ABSENT
    state_id: UUID = ABSENT
    priority: Priority = ABSENT
    parent_id: UUID | None = None
    start_on: Day | None = None
    due_on: Day | None = None
    estimate: Estimate | None = None
    duplicate_of_id: UUID | None = None
    blocked_by: AddRemove = ABSENT
    related: AddRemove = ABSENT
    checklist: ChecklistChange = ABSENT
    labels: AddRemove = ABSENT
    assignees: AddRemove = ABSENT


class Move(Input):
    """Where a task goes: a state, and a neighbour. Without a neighbour it goes last."""

    state_id: UUID | None = None
    after_id: UUID | None = Field(default=None, description="Goes right behind this task.")
    before_id: UUID | None = Field(default=None, description="Goes right before this task, if `after_id` is not given.")
