"""What goes out of the audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field


class AuditPersonOut(BaseModel):
    id: UUID
    name: str


class AuditEntryOut(BaseModel):
    """One privileged act."""

    id: UUID
    at: datetime
    act: str = Field(examples=["person.suspended"])
    by: AuditPersonOut | None = Field(description="Whose act it was; null for the command line and the server itself.")
    means: str = Field(description="web, api, cli or server.")
    about_id: UUID | None = Field(description="Whom or what it was done to.")
    about: str | None = Field(description="Their name, where it was a person.")
    workspace_id: UUID | None
    workspace: str | None = Field(description="Its name.")
    address: str | None = Field(description="Where the request came from; for admins of the server only.")
    details: dict[str, Any]


class AuditPage(BaseModel):
    """A page of acts, the newest first."""

    items: list[AuditEntryOut]
    next_cursor: str | None
