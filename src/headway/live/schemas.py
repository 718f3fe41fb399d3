"""What travels over the socket and the stream."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

# PostgreSQL's bigint: a larger number is no revision of ours.
MAX_REVISION = 2**63 - 1
Revision = Annotated[int, Field(ge=0, le=MAX_REVISION)]
TopicName = Annotated[str, StringConstraints(max_length=100)]


class EventOut(BaseModel):
    """One thing that happened. For a change, `before` and `after` hold only the fields that changed."""

    topic: str
    revision: int = Field(description="Counts up by exactly one within a topic.")
    kind: str = Field(examples=["task.changed"])
    id: UUID = Field(description="What it happened to.")
    before: dict[str, Any] | None = Field(description="Null for something new.")
    after: dict[str, Any] | None = Field(description="Null for something removed.")
    at: datetime
    by: UUID | None = Field(description="The person who did it.")
    means: str = Field(description="web, api, cli, …")
    change: UUID = Field(description="The same for everything that was written together.")


class EventsOut(BaseModel):
    """A page of a topic's events, oldest first."""

    topic: str
    events: list[EventOut]
    revision: int = Field(description="Where this page ends: the `after` of the next one.")
    more: bool = Field(description="Whether there is a next page already.")


class Message(BaseModel):
    """What a client may send."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Follow(Message):
    """Follow topics, each from after a revision, or from now on where it is null."""

    type: Literal["follow"]
    topics: dict[TopicName, Revision | None]


class Leave(Message):
    """Follow these no longer."""

    type: Literal["leave"]
    topics: list[TopicName]


class Ping(Message):
    """A sign of life; the answer is a pong."""

    type: Literal["ping"]


incoming: TypeAdapter[Follow | Leave | Ping] = TypeAdapter(
    Annotated[Follow | Leave | Ping, Field(discriminator="type")]
)
