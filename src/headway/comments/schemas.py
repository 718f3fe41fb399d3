"""Shapes of comments as they cross the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from headway.projects.schemas import Version
from headway.text import Input, Storable

MAX_WORDS = 50_000
Words = Annotated[str, StringConstraints(min_length=1, max_length=MAX_WORDS, pattern=r"\S"), Storable]


class CommentOut(BaseModel):
    """What somebody said about a task."""

    id: UUID
    task_id: UUID
    project_id: UUID
    author_id: UUID | None
    body: str
    body_html: str = Field(description="The body as safe HTML.")
    created_at: datetime
    updated_at: datetime
    version: int


class Comments(BaseModel):
    """A task's comments, oldest first, and the revision of the project's topic that they show."""

    items: list[CommentOut]
    revision: int


class NewComment(Input):
    """Something to say, in Markdown."""

    body: Words


class CommentChange(Input):
    """The new words."""

    version: Version | None = None
    body: Words
