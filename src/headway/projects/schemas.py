"""Shapes of projects, states and labels as they cross the wire."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, model_validator

from headway.projects.models import Blocking, Category, Color, ProjectRole, Visibility
from headway.text import Body, Input, Name

Key = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z][A-Za-z0-9]{0,9}$")]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="The version this change is based on.")]


# May be left out, which is not the same as null: what was sent is in `model_fields_set`.
ABSENT: Any = Field(default=None, validate_default=False)


class ProjectOut(BaseModel):
    """A project, with the role of whoever asks."""

    id: UUID
    workspace_id: UUID
    key: str
    name: str
    description: str
    visibility: Visibility
    blocking: Blocking
    role: ProjectRole
    only_assigned: bool = Field(description="Whether you see only what is assigned to you here.")
    version: int
    created_at: datetime
    updated_at: datetime


class ProjectList(BaseModel):
    """A workspace's projects and the revision of its topic that they show."""

    revision: int
    projects: list[ProjectOut]


class NewProject(Input):
    """What a project needs to begin."""

    name: Name
    key: Key = Field(description="What its tasks' ids begin with: 1–10 letters and digits, such as HW. It stays.")
    description: Body = ""
    visibility: Visibility = Visibility.workspace


class ProjectChange(Input):
    """The fields to change; those left out stay as they are."""

    version: Version | None = None
    name: Name = ABSENT
    description: Body = ABSENT
    visibility: Visibility = ABSENT
    blocking: Blocking = ABSENT


class ProjectMemberOut(BaseModel):
    """Somebody's own role in a project."""

    project_id: UUID
    person_id: UUID
    role: ProjectRole
    only_assigned: bool = Field(description="Whether they see only what is assigned to them here.")


class ProjectMemberRole(Input):
    """The role to give."""

    role: ProjectRole
    only_assigned: bool = Field(
        default=False, description="They see only tasks that are assigned to them. Not for admins."
    )

    @model_validator(mode="after")
    def _admins_see_all(self) -> Self:
        if self.only_assigned and self.role == ProjectRole.admin:
            raise ValueError("an admin sees everything; give another role to somebody who should see less")
        return self


class StateOut(BaseModel):
    """A step of a project's work."""

    id: UUID
    project_id: UUID
    name: str
    category: Category
    rank: str
    version: int


class NewState(Input):
    """A state to add, at the end or after another."""

    name: Name
    category: Category
    after_id: UUID | None = None


class StateChange(Input):
    """The fields to change. `after_id` moves it behind another state; null puts it first."""

    version: Version | None = None
    name: Name = ABSENT
    category: Category = ABSENT
    after_id: UUID | None = None


class LabelOut(BaseModel):
    """A word to sort tasks by."""

    id: UUID
    project_id: UUID
    name: str
    color: Color
    version: int


class NewLabel(Input):
    """A label to add."""

    name: Name
    color: Color = Color.gray


class LabelChange(Input):
    """The fields to change."""

    version: Version | None = None
    name: Name = ABSENT
    color: Color = ABSENT


class PersonSeen(BaseModel):
    """Somebody whom a project's tasks may mention; `active` is false once they have left."""

    person_id: UUID
    name: str
    placeholder: bool
    active: bool
