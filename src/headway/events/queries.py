"""Reading events. Knows topics, not what they are about; who may follow a topic is asked before coming here."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    FromClause,
    Select,
    SQLColumnExpression,
    Text,
    cast,
    column,
    func,
    lateral,
    literal,
    select,
    true,
)
from sqlalchemy.sql.elements import ColumnElement

from headway.events.models import ChangeSet, Event, Topic


def event_json(event: type[Event] = Event, change: type[ChangeSet] = ChangeSet) -> ColumnElement[object]:
    """One event as viewers get it. The same for everybody: nothing in it depends on who looks."""
    return func.json_build_object(
        "topic", event.topic,
        "revision", event.revision,
        "kind", event.kind,
        "id", event.entity_id,
        "before", event.before,
        "after", event.after,
        "at", event.at,
        "by", change.person_id,
        "means", change.means,
        "change", change.id,
    )  # fmt: skip


def next_events(wanted: FromClause, limit: int, *also: ColumnElement[bool]) -> FromClause:
    """Of each row of `wanted`, which has a `topic` and the revision `after` which to read, the next events: (topic,
    revision, kind, entity_id, data), where data is the event's JSON text.

    Args:
        wanted: what to read, for example `positions(…)`.
        limit: how many of each topic at most.
        also: further conditions, over `wanted`'s columns or those beside it.
    """
    return lateral(
        select(Event.topic, Event.revision, Event.kind, Event.entity_id, event_json().cast(Text).label("data"))
        .join(ChangeSet, ChangeSet.id == Event.change_set_id)
        .where(Event.topic == wanted.c.topic, Event.revision > wanted.c.after, *also)
        .order_by(Event.revision)
        .limit(limit)
    )


def positions(cursors: Mapping[str, int | None], name: str = "wanted") -> FromClause:
    """A cursor for each topic as a table (topic, after). Two arrays: the same statement for one or a thousand."""
    topics = literal(list(cursors), ARRAY(Text))
    afters = literal(list(cursors.values()), ARRAY(BigInteger))
    columns = column("topic", Text), column("after", BigInteger)
    return func.unnest(topics, afters).table_valued(*columns, name=name).render_derived()


def events_after(cursors: Mapping[str, int], limit: int) -> Select[str, int, str, UUID, str]:
    """The next events of each topic, `limit` of each at most: (topic, revision, kind, entity_id, JSON text).

    One statement, so one snapshot: a viewer who lost access in it is known to have lost it.
    """
    wanted = positions(cursors)
    found = next_events(wanted, limit)
    return (
        select(found.c.topic, found.c.revision, found.c.kind, found.c.entity_id, found.c.data)
        .select_from(wanted.join(found, true()))
        .order_by(found.c.topic, found.c.revision)
    )


def revision_of(topic: str | ColumnElement[str]) -> ColumnElement[int]:
    """The topic's present revision as a scalar subquery; 0 where nothing has happened yet."""
    name = literal(topic) if isinstance(topic, str) else topic
    return func.coalesce(select(Topic.revision).where(Topic.name == name).scalar_subquery(), 0)


def topic_of(kind: str, entity_id: SQLColumnExpression[UUID]) -> ColumnElement[str]:
    """`project:<uuid>` built in SQL, for statements that return their own revision."""
    return func.concat(f"{kind}:", cast(entity_id, Text))


def changes_of(entity_id: UUID, topic: str, since_version: int) -> Select[Event, UUID | None]:
    """What has changed on one thing since the version somebody started from: (event, who), oldest first."""
    return (
        select(Event, ChangeSet.person_id)
        .join(ChangeSet, ChangeSet.id == Event.change_set_id)
        .where(
            Event.entity_id == entity_id,
            Event.topic == topic,
            Event.after["version"].astext.cast(BigInteger) > since_version,
        )
        .order_by(Event.revision)
    )
