"""Reading events. Knows topics, not what they are about; who may follow a topic is asked before coming here."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    FromClause,
    Select,
    SQLColumnExpression,
    Text,
    bindparam,
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


def wanted() -> FromClause:
    """The parameters `topics` and `afters` as a table (topic, after): a cursor for each topic.

    Two arrays, so that it is the same statement for one topic or a thousand.
    """
    topics, afters = bindparam("topics", type_=ARRAY(Text)), bindparam("afters", type_=ARRAY(BigInteger))
    columns = column("topic", Text), column("after", BigInteger)
    return func.unnest(topics, afters).table_valued(*columns, name="wanted").render_derived()


def next_events(cursors: FromClause, *also: ColumnElement[bool]) -> FromClause:
    """The topic's next events beside each row of `wanted()`: (topic, revision, data), data being JSON text.

    Takes the parameter `limit`: how many of each topic at most.
    """
    return lateral(
        select(Event.topic, Event.revision, event_json().cast(Text).label("data"))
        .join(ChangeSet, ChangeSet.id == Event.change_set_id)
        .where(Event.topic == cursors.c.topic, Event.revision > cursors.c.after, *also)
        .order_by(Event.revision)
        .limit(bindparam("limit", type_=BigInteger))
    )


@cache
def _events_after() -> Select[str, int, str]:
    cursors = wanted()
    found = next_events(cursors)
    return (
        select(found.c.topic, found.c.revision, found.c.data)
        .select_from(cursors.join(found, true()))
        .order_by(found.c.topic, found.c.revision)
    )


def events_after(cursors: Mapping[str, int], limit: int) -> tuple[Select[str, int, str], dict[str, Any]]:
    """The next events of each topic, at most `limit` of each, in order: (topic, revision, JSON text).

    One statement, so one snapshot: a viewer who lost access in it is known to have lost it. It is built once and comes
    with its parameters, for `execute(*events_after(…))`: building it takes longer than running it, and the hub runs it
    after every commit.
    """
    return _events_after(), {"topics": list(cursors), "afters": list(cursors.values()), "limit": limit}


def revision_of(topic: str | ColumnElement[str]) -> ColumnElement[int]:
    """The topic's present revision as a scalar subquery; 0 where nothing has happened yet."""
    name = literal(topic) if isinstance(topic, str) else topic
    return func.coalesce(select(Topic.revision).where(Topic.name == name).scalar_subquery(), 0)


def topic_of(kind: str, entity_id: SQLColumnExpression[UUID]) -> ColumnElement[str]:
    """`project:<uuid>` built in SQL, for statements that return their own revision."""
    return func.concat(f"{kind}:", cast(entity_id, Text))
