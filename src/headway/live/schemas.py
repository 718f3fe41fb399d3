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


class PresentOut(BaseModel):
    """One connection of somebody who is there. Whoever has two windows open is there twice."""

    person_id: UUID
    connection: UUID
    task_id: UUID | None = Field(description="The task they have open.")
    typing: bool = Field(description="They write in it.")
    since: datetime = Field(description="When this connection came to the project.")


class PresenceOut(BaseModel):
    """Who is in a project at this moment, first come first."""

    people: list[PresentOut]


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


class Here(Message):
    """What this connection shows of a topic that it follows. Said again when it changes; holds until `away`."""

    type: Literal["here"]
    topic: TopicName
    task_id: UUID | None = None
    typing: bool = False


class Away(Message):
    """It shows nothing any more."""

    type: Literal["away"]


Wish = Follow | Leave | Ping | Here | Away
incoming: TypeAdapter[Wish] = TypeAdapter(Annotated[Wish, Field(discriminator="type")])
