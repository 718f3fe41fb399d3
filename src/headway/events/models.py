"""What happened, in order: a counter per topic, the change that caused it, and one row per event."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from headway.db import Base


class Topic(Base):
    """A stream that viewers follow. Its row is the counter: whoever writes to a topic holds it until commit."""

    __tablename__ = "topic"

    name: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[datetime]


class ChangeSet(Base):
    """Who did something, by what means, when and why: what one command, or one import, wrote together."""

    __tablename__ = "change_set"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    means: Mapped[str]
    token_id: Mapped[UUID | None]
    why: Mapped[str | None]
    created_at: Mapped[datetime]


class Event(Base):
    """One thing that happened on a topic. `before` and `after` hold what changed, as the API shows it."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_entity_id", "entity_id", "topic", "revision"),)

    topic: Mapped[str] = mapped_column(ForeignKey("topic.name"), primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    change_set_id: Mapped[UUID] = mapped_column(ForeignKey("change_set.id"), index=True)
    kind: Mapped[str]
    entity_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]
