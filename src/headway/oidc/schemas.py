"""What goes in and out about the sign-in provider and who people are there."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from headway.text import Input, Secret, Storable
from headway.workspaces.schemas import MeOut

Target = Annotated[
    str,
    StringConstraints(max_length=4_000),
    Storable,
    Field(description="The page to go to afterwards: a path on this server. Anything else means the first page."),
]
Told = Annotated[str, StringConstraints(max_length=4_000), Storable]


class ProviderOut(BaseModel):
    """The sign-in provider of this server."""

    name: str | None = Field(description="What to call it; None where there is none.")
    sign_up: bool = Field(description="Whether it makes accounts for people nobody has invited.")


class NewProviderSignIn(Input):
    next: Target | None = None
    invitation: Secret | None = Field(default=None, description="What follows # in an invitation link.")


class NewLink(Input):
    password: Secret
    next: Target | None = None


class AddressOut(BaseModel):
    url: str = Field(description="Go there, in the browser that asked and within ten minutes.")


class ProviderAnswer(Input):
    """The parameters that the provider sent the browser back with."""

    state: Secret
    code: Told | None = None
    error: Told | None = None
    iss: Told | None = None


class ReturnOut(BaseModel):
    me: MeOut
    next: str = Field(description="The page to go to.")
    linked: bool = Field(description="Whether it linked an identity to an account that was signed in already.")


class IdentityOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    issuer: str
    email: str | None = Field(description="The address it had at the provider when it was linked.")
    created_at: datetime
    last_used_at: datetime | None
    usable: bool = Field(default=False, description="Whether it is one of the provider that this server has now.")
