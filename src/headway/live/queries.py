"""What somebody may follow, and what comes next there: permission and events in one statement, so in one snapshot."""

from collections.abc import Collection, Mapping
from datetime import datetime
from re import compile as pattern
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CompoundSelect,
    FromClause,
    Select,
    String,
    Text,
    Uuid,
    and_,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from headway.accounts.models import ApiToken, SignIn
from headway.accounts.session import Person
from headway.events.models import Topic
from headway.events.queries import next_events, positions, revision_of, topic_of
from headway.projects.models import Project
from headway.projects.queries import only_visible
from headway.workspaces.models import Membership

TOPIC = pattern(r"(project|workspace|person):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_topic(name: str) -> bool:
    """Whether it is spelled like one. Only such names may reach the statements here."""
    return TOPIC.fullmatch(name) is not None


def person_topic(person_id: UUID) -> str:
    """Where somebody learns what concerns them alone: access, sessions."""
    return f"person:{person_id}"


def asked(pairs: Collection[tuple[UUID, str]]) -> FromClause:
    """Who asks for which topic, as a table (person_id, topic)."""
    people = literal([person for person, _ in pairs], ARRAY(Uuid))
    topics = literal([topic for _, topic in pairs], ARRAY(Text))
    columns = column("person_id", Uuid), column("topic", Text)
    return func.unnest(people, topics).table_valued(*columns, name="asked").render_derived()


def allowed(pairs: Collection[tuple[UUID, str]]) -> CompoundSelect[UUID, str]:
    """Those of the (person, topic) pairs that the person may follow now."""
    asking = asked(pairs)
    who, topic = asking.c.person_id, asking.c.topic
    about = cast(func.split_part(topic, ":", 2), Uuid)
    own = select(who, topic).where(topic == topic_of("person", who))
    # Joined by id, for the index; compared by name too, because a workspace's id names no project.
    projects = select(who, topic).select_from(asking).join(Project, Project.id == about)
    workspaces = (
        select(who, topic)
        .select_from(asking)
        .join(Membership, and_(Membership.workspace_id == about, Membership.person_id == who))
    )
    return union_all(
        own,
        only_visible(projects, who).where(topic == topic_of("project", about)),
        workspaces.where(Membership.role.is_not(None), topic == topic_of("workspace", about)),
    )


def next_allowed(
    person_id: UUID, cursors: Mapping[str, int | None], limit: int, reach: int | None
) -> Select[str, int, int | None, str | None]:
    """The next events of each topic that this person may follow: (topic, its newest revision, revision, JSON text).

    A topic without events is one row of nulls; one that they may not see has none, whether it is there or not.

    Args:
        person_id: who reads.
        cursors: after which revision of each topic; None where only the newest revision is wanted.
        limit: how many events of each topic at most.
        reach: a cursor further behind than this gets no events; None if all do.
    """
    wanted = positions(cursors)
    may = allowed([(person_id, topic) for topic in cursors]).subquery("may")
    near = [] if reach is None else [Topic.revision - wanted.c.after <= reach]
    found = next_events(wanted, limit, *near)
    return (
        select(wanted.c.topic, func.coalesce(Topic.revision, 0), found.c.revision, found.c.data)
        .select_from(
            wanted.join(may, may.c.topic == wanted.c.topic)
            .outerjoin(Topic, Topic.name == wanted.c.topic)
            .outerjoin(found, true())
        )
        .order_by(wanted.c.topic, found.c.revision)
    )


def standing(me: Person, at: datetime) -> Select[bool, int]:
    """Whether the session or token somebody came with still holds, and their own topic's revision, in one snapshot."""
    session = exists().where(SignIn.id == me.session_id, SignIn.expires_at > at)
    token = exists().where(ApiToken.id == me.token_id)
    return select(or_(session, token), revision_of(person_topic(me.person_id)))


def still_allowed(
    ways: Collection[UUID], pairs: Collection[tuple[UUID, str]], at: datetime
) -> CompoundSelect[str, str]:
    """What is left of sessions, tokens and (person, topic) pairs: ("", id) for each of the first, (person, topic)."""
    ids = literal(list(ways), ARRAY(Uuid))
    sessions = select(literal(""), cast(SignIn.id, String)).where(SignIn.id == func.any(ids), SignIn.expires_at > at)
    tokens = select(literal(""), cast(ApiToken.id, String)).where(ApiToken.id == func.any(ids))
    may = allowed(pairs).subquery("may")
    return union_all(sessions, tokens, select(cast(may.c.person_id, String), may.c.topic))
