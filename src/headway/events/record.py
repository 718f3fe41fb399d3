"""record(): what a command says happened. Written last in the transaction: a topic's counter is held briefly."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Executable,
    Integer,
    Text,
    TextClause,
    Uuid,
    bindparam,
    insert,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from headway.clock import new_id, now
from headway.db import before_commit
from headway.events.models import ChangeSet

CHANGE = "change"
# More than this on one topic is delivered as a single `reload`: a viewer fetches the snapshot faster than it replays.
# What happened to each thing is kept all the same, in `change_detail`.
RELOAD_BEYOND = 200
DETAILS_AT_ONCE = 2_000
# Viewers draw these from `after`; in `before`, and in details, which nobody draws, they would only be long.
RENDERED = ["description_html", "body_html"]


@dataclass
class Change:
    """The change set of one unit of work, and the events recorded in it so far, by topic."""

    means: str
    person_id: UUID | None = None
    token_id: UUID | None = None
    why: str | None = None
    undoes: UUID | None = None
    id: UUID = field(default_factory=new_id)
    events: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))


def begin_change(
    db: AsyncSession | Session, means: str, person_id: UUID | None, token_id: UUID | None = None
) -> Change:
    """Says on whose behalf this unit of work writes. Called once: by the session, the CLI, an importer."""
    change = db.info[CHANGE] = Change(means=means, person_id=person_id, token_id=token_id)
    return change


def change_of(db: AsyncSession | Session) -> Change:
    """The change set that this unit of work writes."""
    change: Change = db.info[CHANGE]
    return change


def recorded(db: AsyncSession | Session) -> Change | None:
    """The change set of this unit of work, if anything has been recorded in it so far."""
    change: Change | None = db.info.get(CHANGE)
    return change if change and any(change.events.values()) else None


def record(
    db: AsyncSession | Session,
    topic: str,
    kind: str,
    entity_id: UUID,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    """Buffers one event; it gets its revision just before the commit.

    Args:
        topic: `project:<uuid>`, `workspace:<uuid>` or `person:<uuid>`.
        kind: `task.created`, `task.changed`, …
        before: what was; only the fields that changed. None for a creation.
        after: what is, the same fields. None for a removal.
    """
    change = change_of(db)
    change.events[topic].append({"kind": kind, "entity_id": entity_id, "before": before, "after": after})
    if isinstance(db, AsyncSession):
        before_commit(db, write_events)


async def write_events(db: AsyncSession) -> None:
    """Writes what was recorded: the unit of work runs it last."""
    await db.flush()
    change = change_of(db)
    for statement, values in at_once(change) or statements(change):
        await db.execute(statement, values)


def write_events_now(db: Session) -> None:
    """The same for a batch script on a sync Session, which calls it right before its commit."""
    db.flush()
    for statement, values in statements(change_of(db)):
        db.execute(statement, values)


def at_once(change: Change) -> Sequence[tuple[Executable, dict[str, Any]]]:
    """What nearly every change is, a few events of one topic, written by one statement; none for any other."""
    (topic, events), *more = change.events.items()
    if more or len(events) > RELOAD_BEYOND:
        return ()
    return [(CHANGE_AND_EVENTS, values_at_once(change, topic, events))]


def values_at_once(change: Change, topic: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    """What the statements take that write a change set with its events."""
    values = {**row_of(change), **events_of(change, topic, events)}
    del values["id"]
    return values


def statements(change: Change) -> Iterator[tuple[Executable, dict[str, Any]]]:
    """The change set and the details of big changes; then one statement per topic, which takes its counter.

    The topics come in sorted order: two writers never wait on each other in a ring.
    """
    yield insert(ChangeSet), row_of(change)
    big = [topic for topic, events in change.events.items() if len(events) > RELOAD_BEYOND]
    for topic in big:
        for start in range(0, len(change.events[topic]), DETAILS_AT_ONCE):
            some = change.events[topic][start : start + DETAILS_AT_ONCE]
            yield DETAILS, {"change_set_id": change.id, "topic": topic, "start": start, "rows": as_json(some)}
    for topic in sorted(change.events):
        events = change.events[topic]
        if topic in big:
            about = UUID(topic.partition(":")[2])
            events = [{"kind": "reload", "entity_id": about, "before": None, "after": None}]
        yield NEXT_EVENTS, events_of(change, topic, events)


def row_of(change: Change) -> dict[str, Any]:
    """The change set's columns."""
    return {
        "id": change.id,
        "person_id": change.person_id,
        "means": change.means,
        "token_id": change.token_id,
        "why": change.why,
        "created_at": now(),
        "undoes": change.undoes,
    }


def events_of(change: Change, topic: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    """What the statements that number and write events take."""
    return {"topic": topic, "n": len(events), "change_set_id": change.id, "rows": as_json(events)}


def as_json(events: list[dict[str, Any]]) -> str:
    """Events as the JSON array that the statements take apart."""
    return orjson.dumps(events, default=str).decode()


DETAILS = text(
    """
    INSERT INTO change_detail (change_set_id, topic, position, kind, entity_id, before, after)
    SELECT :change_set_id, :topic, :start + d.position, d.row->>'kind', (d.row->>'entity_id')::uuid,
           nullif(d.row->'before', 'null') - CAST(:rendered AS text[]),
           nullif(d.row->'after', 'null') - CAST(:rendered AS text[])
    FROM jsonb_array_elements(CAST(:rows AS jsonb)) WITH ORDINALITY AS d(row, position)
    """
).bindparams(
    bindparam("change_set_id"), bindparam("start", type_=Integer), bindparam("rendered", RENDERED, ARRAY(Text))
)


# The counter's row lock orders the writers of a topic from here to their commit: revisions have no gaps and follow
# commit order, which a sequence does not. clock_timestamp() is read under that lock, so times follow revisions too.
NUMBERED = """
    counter AS (
        INSERT INTO topic (name, revision, last_at) SELECT :topic, :n, clock_timestamp() {if_done}
        ON CONFLICT (name) DO UPDATE SET
            revision = topic.revision + :n,
            last_at = greatest(clock_timestamp(), topic.last_at + make_interval(secs => :n * 0.000001))
        RETURNING revision, last_at
    )
    INSERT INTO event (topic, revision, change_set_id, kind, entity_id, before, after, at)
    SELECT :topic, counter.revision - :n + e.position, :change_set_id,
           e.row->>'kind', (e.row->>'entity_id')::uuid,
           nullif(e.row->'before', 'null') - CAST(:rendered AS text[]), nullif(e.row->'after', 'null') {besides},
           counter.last_at - make_interval(secs => (:n - e.position) * 0.000001)
    FROM counter, jsonb_array_elements(CAST(:rows AS jsonb)) WITH ORDINALITY AS e(row, position)
"""
WITH_CHANGE = """
    change AS (
        INSERT INTO change_set (id, person_id, means, token_id, why, created_at, undoes)
        SELECT :change_set_id, :person_id, :means, :token_id, :why, :created_at, :undoes {if_done}
    ),
"""
OF_CHANGE: tuple[Any, ...] = (
    bindparam("topic", type_=Text), bindparam("n", type_=BigInteger), bindparam("change_set_id", type_=Uuid),
    bindparam("rendered", RENDERED, ARRAY(Text)),
    bindparam("person_id", type_=Uuid), bindparam("means", type_=Text), bindparam("token_id", type_=Uuid),
    bindparam("why", type_=Text), bindparam("created_at", type_=DateTime(timezone=True)),
    bindparam("undoes", type_=Uuid),
)  # fmt: skip
NEXT_EVENTS = text("WITH " + NUMBERED.format(if_done="", besides="")).bindparams(*OF_CHANGE[:4])
CHANGE_AND_EVENTS = text("WITH " + (WITH_CHANGE + NUMBERED).format(if_done="", besides="")).bindparams(*OF_CHANGE)


def done_and_recorded(done: str, tells: str, after: str = "", first: str = "") -> TextClause:
    """A statement that does something and records it, if it does: a transaction of its own.

    It takes `values_at_once` besides what `done` takes, and returns one value, or no row where nothing was done.

    Args:
        done: a statement that returns a row if it does what it should; what comes after it knows that as `done`.
        tells: the value, as SQL.
        after: what belongs into the event's `after` besides, as SQL that makes jsonb.
        first: `name AS (…),` with what `done` needs.
    """
    recording = (WITH_CHANGE + NUMBERED).format(if_done="FROM done", besides=f"|| {after}" if after else "")
    return text("WITH " + first + "done AS (" + done + ")," + recording + "RETURNING " + tells).bindparams(*OF_CHANGE)


def record_change(
    db: AsyncSession | Session, topic: str, kind: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Records what differs between two pictures of one thing, taken before and after; nothing, if nothing does."""
    fields = [field for field in after if before.get(field) != after[field]]
    if fields:
        record(db, topic, kind, UUID(after["id"]), {f: before.get(f) for f in fields}, {f: after[f] for f in fields})
