"""What somebody may follow, and what comes next there: permission and events in one statement, so in one snapshot.

Each statement is built once and handed out with its parameters, for `execute(*…)`: building one takes longer than
running it, and after a restart a thousand viewers come at once.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from re import compile as pattern
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    DateTime,
    FromClause,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from headway.accounts.models import ApiToken, SignIn
from headway.accounts.models import Person as Account
from headway.accounts.session import Person
from headway.events.models import Topic
from headway.events.queries import next_events, revision_of, topic_of, wanted
from headway.live.schemas import MAX_REVISION
from headway.projects.models import Project
from headway.projects.queries import only_visible, restricted
from headway.workspaces.models import Membership

TOPIC = pattern(r"(project|workspace|person):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_topic(name: str) -> bool:
    """Whether it is spelled like one. Only such names may reach the statements here."""
    return TOPIC.fullmatch(name) is not None


def person_topic(person_id: UUID) -> str:
    """Where somebody learns what concerns them alone: access, sessions."""
    return f"person:{person_id}"


def asked() -> FromClause:
    """The parameters `people` and `topics` as a table (person_id, topic): who asks for what."""
    people, topics = bindparam("people", type_=ARRAY(Uuid)), bindparam("topics", type_=ARRAY(Text))
    columns = column("person_id", Uuid), column("topic", Text)
    return func.unnest(people, topics).table_valued(*columns, name="asked").render_derived()


def allowed() -> FromClause:
    """Those rows of `asked()` where the person may follow the topic now, and whether they see only a part of it."""
    asking = asked()
    who, topic = asking.c.person_id, asking.c.topic
    about = cast(func.split_part(topic, ":", 2), Uuid)
    own = select(who, topic, false().label("restricted")).where(topic == topic_of("person", who))
    # Joined by id, for the index; compared by name too, because a workspace's id names no project.
    projects = select(who, topic, restricted.label("restricted")).select_from(asking).join(Project, Project.id == about)
    workspaces = (
        select(who, topic, false())
        .select_from(asking)
        .join(Membership, and_(Membership.workspace_id == about, Membership.person_id == who))
    )
    return union_all(
        own,
        only_visible(projects, who).where(topic == topic_of("project", about)),
        workspaces.where(Membership.role.is_not(None), topic == topic_of("workspace", about)),
    ).subquery("may")


@cache
def _next_allowed() -> Select[str, int, int | None, str | None, bool]:
    cursors, may = wanted(), allowed()
    found = next_events(cursors, Topic.revision - cursors.c.after <= bindparam("reach", type_=BigInteger))
    return (
        select(cursors.c.topic, func.coalesce(Topic.revision, 0), found.c.revision, found.c.data, may.c.restricted)
        .select_from(
            cursors.join(may, may.c.topic == cursors.c.topic)
            .outerjoin(Topic, Topic.name == cursors.c.topic)
            .outerjoin(found, true())
        )
        .order_by(cursors.c.topic, found.c.revision)
    )


def next_allowed(
    person_id: UUID, cursors: Mapping[str, int | None], limit: int, reach: int | None
) -> tuple[Select[str, int, int | None, str | None, bool], dict[str, Any]]:
    """The next events of each topic that this person may follow.

    (topic, its newest revision, revision, JSON text, whether they see only what is assigned to them there.)

    A topic without events is one row of nulls; one that they may not see has none, whether it is there or not.

    Args:
        person_id: who reads.
        cursors: after which revision of each topic; None where only the newest revision is wanted.
        limit: how many events of each topic at most.
        reach: a cursor further behind than this gets no events; None if all do.
    """
    return _next_allowed(), {
        "people": [person_id] * len(cursors),
        "topics": list(cursors),
        "afters": list(cursors.values()),
        "limit": limit,
        "reach": MAX_REVISION if reach is None else reach,
    }


def lasts(at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a token has not come to its end."""
    return or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > at)


def in_good_standing(person_id: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> Sequence[ColumnElement[bool]]:
    """Whether whoever came that way is not suspended: joined to, so that it costs no statement of its own."""
    return Account.id == person_id, Account.suspended_at.is_(None)


@cache
def _standing() -> Select[bool, int]:
    way, at = bindparam("way", type_=Uuid), bindparam("at", type_=DateTime(timezone=True))
    session = exists().where(SignIn.id == way, SignIn.expires_at > at, *in_good_standing(SignIn.person_id))
    token = exists().where(ApiToken.id == way, lasts(at), *in_good_standing(ApiToken.person_id))
    return select(or_(session, token), revision_of(bindparam("topic", type_=Text)))


def standing(me: Person, at: datetime) -> tuple[Select[bool, int], dict[str, Any]]:
    """Whether the session or token somebody came with still holds, and their own topic's revision, in one snapshot."""
    return _standing(), {"way": me.session_id or me.token_id, "at": at, "topic": person_topic(me.person_id)}


@cache
def _still_allowed() -> CompoundSelect[str, str, bool]:
    ways, at = bindparam("ways", type_=ARRAY(Uuid)), bindparam("at", type_=DateTime(timezone=True))
    sessions = select(literal(""), cast(SignIn.id, Text), false()).where(
        SignIn.id == any_(ways), SignIn.expires_at > at, *in_good_standing(SignIn.person_id)
    )
    tokens = select(literal(""), cast(ApiToken.id, Text), false()).where(
        ApiToken.id == any_(ways), lasts(at), *in_good_standing(ApiToken.person_id)
    )
    may = allowed()
    return union_all(sessions, tokens, select(cast(may.c.person_id, Text), may.c.topic, may.c.restricted))


def still_allowed(
    ways: Collection[UUID], pairs: Collection[tuple[UUID, str]], at: datetime
) -> tuple[CompoundSelect[str, str, bool], dict[str, Any]]:
    """What is left of sessions, tokens and (person, topic) pairs: ("", id) for each of the first, (person, topic).

    The third column says whether they see only what is assigned to them there.
    """
    return _still_allowed(), {
        "ways": list(ways),
        "people": [person for person, _ in pairs],
        "topics": [topic for _, topic in pairs],
        "at": at,
    }
