"""What goes in and out at the first visit."""

from typing import Literal

from pydantic import BaseModel, Field

from headway.accounts.schemas import NewAccount
from headway.projects.schemas import Key
from headway.text import Input, Name, Secret


class SetupOut(BaseModel):
    needs_setup: bool = Field(description="Whether nobody has an account here yet.")
    needs_link: bool = Field(description="Whether setting up takes the one-time link from the server's console.")
    sign_up: Literal["invited", "open"]
    demo: bool
    mail: bool = Field(description="Whether this server sends mail, for example links for a new password.")


class FirstProject(Input):
    name: Name
    key: Key


class NewSetup(NewAccount):
    workspace: Name
    project: FirstProject | None = None
    examples: bool = Field(default=True, description="Whether the project begins with three tasks that explain it.")
    link: Secret | None = Field(default=None, description="What stands behind the # of the link from the console.")
