"""Reading events. Knows topics, not what they are about; who may follow a topic is asked before coming here."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import BigInteger, Select, Text, column, func, lateral, literal, select, true, values
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


def events_after(cursors: Mapping[str, int], limit: int) -> Select[tuple[str, int, str, UUID, str]]:
    """The next events of each topic, at most `limit` of each: (topic, revision, kind, entity_id, JSON text), in order.

    One statement, so one snapshot: a viewer who lost access in it is known to have lost it.
    """
    wanted = values(column("topic", Text), column("after", BigInteger), name="wanted").data(list(cursors.items()))
    next_events = lateral(
        select(Event.topic, Event.revision, Event.kind, Event.entity_id, event_json().cast(Text).label("data"))
        .join(ChangeSet, ChangeSet.id == Event.change_set_id)
        .where(Event.topic == wanted.c.topic, Event.revision > wanted.c.after)
        .order_by(Event.revision)
        .limit(limit)
    )
    return (
        select(
            next_events.c.topic, next_events.c.revision, next_events.c.kind, next_events.c.entity_id, next_events.c.data
        )
        .select_from(wanted)
        .join(next_events, true())
        .order_by(next_events.c.topic, next_events.c.revision)
    )


def revision_of(topic: str | ColumnElement[str]) -> ColumnElement[int]:
    """The topic's present revision as a scalar subquery; 0 where nothing has happened yet."""
    name = literal(topic) if isinstance(topic, str) else topic
    return func.coalesce(select(Topic.revision).where(Topic.name == name).scalar_subquery(), 0)


def topic_of(kind: str, entity_id: ColumnElement[UUID]) -> ColumnElement[str]:
    """`project:<uuid>` built in SQL, for statements that return their own revision."""
    return func.concat(f"{kind}:", entity_id.cast(Text))


def changes_of(entity_id: UUID, topic: str, since_version: int) -> Select[tuple[Event, UUID | None]]:
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


