"""What goes in and out about people, their sign-ins and their tokens."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from headway.accounts.scopes import EVERYTHING, Scope
from headway.text import Input, Name, Secret, Storable


def address(value: str) -> str:
    """An e-mail address as it is stored. No pattern can say that one exists; this refuses what cannot be one.

    Raises:
        ValueError: it is not like somebody@example.org.
    """
    name, _, domain = value.rpartition("@")
    if not name or not domain or any(c.isspace() or not c.isprintable() for c in value):
        raise ValueError("must be an e-mail address like somebody@example.org")
    return value.lower()


Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), Storable, AfterValidator(address)]
NewPassword = Annotated[
    str,
    StringConstraints(min_length=10, max_length=200),
    Storable,
    Field(description="10 to 200 characters, whichever you like."),
]


class NewAccount(Input):
    name: Name
    email: Email
    password: NewPassword


class Credentials(Input):
    # Neither is checked for its form: what cannot be right is answered like what is wrong.
    email: Secret
    password: Secret


class PasswordChange(Input):
    current: Secret
    new: NewPassword


class PersonChange(Input):
    name: Name


class SessionOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    last_seen_at: datetime
    user_agent: str
    current: bool = Field(default=False, description="Whether it is the one that asks.")


class NewToken(Input):
    name: Name
    scopes: list[Scope] = Field(
        default=[Scope.read, Scope.write],
        min_length=1,
        max_length=len(EVERYTHING),
        description="What it may be used for: `read` what I see, `write` tasks and comments, `manage` projects, "
        "workspaces and who is in them, `admin` this server. It never does what I may not.",
    )
    expires_in_days: int | None = Field(
        default=None, ge=1, le=3_660, description="After how many days it ends; left out, it lasts until I remove it."
    )


class TokenOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None = Field(description="To within ten minutes.")
    expires_at: datetime | None = Field(description="When it ends, or ended; null for one without an end.")
    scopes: list[Scope]


class NewTokenOut(TokenOut):
    token: str = Field(description="Shown only now: what is stored is its hash.")
