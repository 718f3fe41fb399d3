"""What goes in and out about workspaces, their people and their invitations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from headway.accounts.schemas import Email, NewPassword
from headway.text import Input, Name, Secret
from headway.workspaces.models import WorkspaceRole

Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="The version this change is based on.")]


class WorkspaceOut(BaseModel):
    id: UUID
    slug: str = Field(description="What its address in the browser is made of. It stays when the name changes.")
    name: str
    role: WorkspaceRole = Field(description="Mine.")
    version: int
    created_at: datetime
    updated_at: datetime


class MeOut(BaseModel):
    """Who I am, and where I belong."""

    id: UUID
    name: str
    email: str | None
    is_admin: bool = Field(description="Whether I set this server up.")
    workspaces: list[WorkspaceOut]


class NewWorkspace(Input):
    name: Name


class WorkspaceChange(Input):
    name: Name
    version: Version | None = None


class MemberOut(BaseModel):
    person_id: UUID
    name: str
    email: str | None
    role: WorkspaceRole | None = Field(description="None for a placeholder: somebody whom an import mentions.")
    placeholder: bool
    suspended: bool = Field(description="Whether an admin of the server has shut them out.")


class MemberList(BaseModel):
    """A workspace's people and the revision of its topic that they show."""

    revision: int
    members: list[MemberOut]


class RoleChange(Input):
    role: WorkspaceRole


class NewInvitation(Input):
    role: WorkspaceRole = WorkspaceRole.member
    email: Email | None = Field(default=None, description="Whom alone it lets in. They get the link by mail.")


class InvitationOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    role: WorkspaceRole
    created_by: UUID
    created_at: datetime
    expires_at: datetime
    email: str | None = Field(description="Whom alone it lets in; null for whoever has the link.")
    mailed_at: datetime | None = Field(description="When its letter last left; null before that.")


class NewInvitationOut(InvitationOut):
    url: str | None = Field(
        description="Lets one person in, once. Shown only now: what is stored is its hash. Null when it is mailed: "
        "then nobody but the reader of that mailbox sees it."
    )


class InvitationQuestion(Input):
    token: Secret


class InvitationPreviewOut(BaseModel):
    workspace: str
    role: WorkspaceRole
    invited_by: str
    email: str | None = Field(description="Whom alone the link lets in; null for whoever has it.")


class InvitationAnswer(Input):
    """Who is signed in sends the token alone. Whoever is new here sends the rest too."""

    token: Secret
    name: Name | None = None
    email: Email | None = None
    password: NewPassword | None = None
