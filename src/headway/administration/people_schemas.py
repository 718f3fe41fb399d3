"""What goes in and out about everybody with an account."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from headway.text import Input


class AccountOut(BaseModel):
    """Somebody with an account, as admins of the server see them."""

    id: UUID
    name: str
    email: str | None
    is_admin: bool = Field(description="Whether they run this server.")
    suspended_at: datetime | None = Field(description="Since when nothing of theirs opens any door; null if not.")
    created_at: datetime
    last_seen_at: datetime | None = Field(
        description="To within ten minutes, by the sessions and tokens that are still there."
    )
    workspaces: int = Field(description="How many they belong to.")
    tokens: int = Field(description="How many API tokens they have.")


class AccountsOut(BaseModel):
    """A page of people, by name."""

    items: list[AccountOut]
    next_cursor: str | None


class AdminChange(Input):
    is_admin: bool
