"""The answers of the stacks: what FastAPI's `response_model` makes of ORM entities."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PersonOut(Shape):
    id: UUID
    name: str


class LabelOut(Shape):
    id: UUID
    name: str
    color: str


class TaskOut(Shape):
    id: UUID
    project_id: UUID
    number: int
    title: str
    state_id: UUID
    priority: int
    rank: str
    due_on: date | None
    created_at: datetime
    updated_at: datetime
    version: int
    assignees: list[PersonOut]
    labels: list[LabelOut]


class TaskPage(Shape):
    items: list[TaskOut]


class NewTask(Shape):
    title: str


class TaskChange(Shape):
    title: str | None = None
    priority: int | None = None


class Several(Shape):
    calls: int
    how: str


class Sum(Shape):
    sum: int
