"""What happened, in order: a counter per topic, the change that caused it, and one row per event."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Computed, ForeignKey, Index, String
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
    __table_args__ = (Index("ix_change_set_undoes", "undoes", postgresql_where="undoes IS NOT NULL"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    means: Mapped[str]
    token_id: Mapped[UUID | None]
    why: Mapped[str | None]
    created_at: Mapped[datetime]
    undoes: Mapped[UUID | None] = mapped_column(ForeignKey("change_set.id", name="fk_change_set_undoes"))


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


class ChangeDetail(Base):
    """One of the very many things that a change set did, where viewers were only told to `reload`."""

    __tablename__ = "change_detail"

    change_set_id: Mapped[UUID] = mapped_column(ForeignKey("change_set.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    entity_id: Mapped[UUID] = mapped_column(index=True)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


class Timeline(Base):
    """How far back a topic's states can be told, and up to where they stand in `span`.

    Events after `kept_from` are still there; states from `told_from` on can be told.
    """

    __tablename__ = "timeline"

    topic: Mapped[str] = mapped_column(primary_key=True)
    told_from: Mapped[int] = mapped_column(BigInteger)
    told_until: Mapped[int] = mapped_column(BigInteger)
    kept_from: Mapped[int] = mapped_column(BigInteger)


class Span(Base):
    """What a thing looked like from one revision of its topic until another; made behind the writes, by `timeline`."""

    __tablename__ = "span"
    __table_args__ = (
        Index("ix_span_topic_noun_until_since", "topic", "noun", "until", "since"),
        # All that orders and counts a board: it is read without the rows themselves.
        Index(
            "ix_span_place",
            "topic",
            "until",
            "since",
            postgresql_include=["entity_id", "state_id", "rank"],
            postgresql_where="noun = 'task'",
        ),
    )

    topic: Mapped[str] = mapped_column(primary_key=True)
    noun: Mapped[str] = mapped_column(primary_key=True)
    entity_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    until: Mapped[int] = mapped_column(BigInteger)
    data: Mapped[dict[str, Any]]
    state_id: Mapped[str | None] = mapped_column(Computed("CASE WHEN noun = 'task' THEN data->>'state_id' END", True))
    rank: Mapped[str | None] = mapped_column(
        String(collation="C"), Computed("CASE WHEN noun = 'task' THEN data->>'rank' END", True)
    )
