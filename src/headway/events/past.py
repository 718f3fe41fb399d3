"""What was: everything that happened, one row per thing and change, and each thing's state at any revision."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    FromClause,
    Integer,
    Select,
    Text,
    Uuid,
    column,
    func,
    literal,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.elements import ColumnElement

from headway.events.models import Event, Timeline, Topic

# A view: events that viewers were told one by one, and the details behind each `reload`.
happened = table(
    "happened",
    column("topic", Text),
    column("revision", BigInteger),
    column("position", Integer),
    column("change_set_id", Uuid),
    column("kind", Text),
    column("entity_id", Uuid),
    column("before", JSONB),
    column("after", JSONB),
    column("at", DateTime(timezone=True)),
)


def state_at(topic: str | ColumnElement[str], revision: int | ColumnElement[int], *nouns: str) -> FromClause:
    """Each thing that was there at a revision of a topic: (noun, entity_id, data), data being its picture as JSONB.

    Args:
        nouns: project, state, label, task (without its description), text (a task's description), comment.
    """
    name = literal(topic, Text) if isinstance(topic, str) else topic
    at = literal(revision, BigInteger) if isinstance(revision, int) else revision
    columns = column("noun", Text), column("entity_id", Uuid), column("data", JSONB)
    wanted = literal(list(nouns), ARRAY(Text))
    return func.state_at(name, at, wanted).table_valued(*columns, name="then").render_derived()


def revision_at(topic: str | ColumnElement[str], at: datetime) -> ColumnElement[int]:
    """The last revision of a topic at or before a moment; 0 before the first. Times of a topic follow its revisions."""
    name = literal(topic, Text) if isinstance(topic, str) else topic
    return func.revision_at(name, literal(at, DateTime(timezone=True)), type_=BigInteger)


def reach_of(topic: str) -> Select[int, int, int, datetime]:
    """How far a topic's past can be told: (newest revision, told_from, kept_from, when the oldest told state was)."""
    oldest = select(Event.at).where(Event.topic == topic, Event.revision > func.coalesce(Timeline.told_from, 0))
    return (
        select(
            func.coalesce(Topic.revision, 0).label("revision"),
            func.coalesce(Timeline.told_from, 0).label("told_from"),
            func.coalesce(Timeline.kept_from, 0).label("kept_from"),
            oldest.order_by(Event.revision).limit(1).correlate(Timeline).scalar_subquery().label("oldest"),
        )
        .select_from(Topic)
        .outerjoin(Timeline, Timeline.topic == Topic.name)
        .where(Topic.name == topic)
    )


def details_of(change_set_id: UUID, topic: str) -> Select[Any]:
    """All that one change set did on a topic, in order."""
    return (
        select(happened)
        .where(happened.c.change_set_id == change_set_id, happened.c.topic == topic)
        .order_by(happened.c.revision, happened.c.position)
    )
