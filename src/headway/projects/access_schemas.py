"""Shapes of what somebody may do in a project, and why, as they cross the wire."""

from uuid import UUID

from pydantic import BaseModel, Field

from headway.projects.models import ProjectRole


class AccessRights(BaseModel):
    """What somebody may do there; with `only_assigned`, with what is assigned to them."""

    see: bool
    comment: bool
    edit: bool
    manage: bool


class AccessReason(BaseModel):
    """One fact that decides. `code` stays, `text` is for people."""

    code: str
    text: str


class AccessToTask(BaseModel):
    """Whether somebody sees one task."""

    human_id: str
    sees: bool
    text: str


class AccessOut(BaseModel):
    """What somebody may do in a project, and why."""

    person_id: UUID
    name: str
    project_id: UUID
    role: ProjectRole | None = Field(description="Their role there; null where the project does not exist for them.")
    only_assigned: bool = Field(description="Whether they see only what is assigned to them there.")
    sees: bool = Field(description="Whether they see the project. Somebody suspended has a role, and sees nothing.")
    rights: AccessRights
    reasons: list[AccessReason] = Field(description="In the order in which they decide.")
    task: AccessToTask | None = Field(description="The task that was asked about.")


class AccessList(BaseModel):
    """The same for everybody of the workspace, by name."""

    items: list[AccessOut]
