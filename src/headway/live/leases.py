"""The statements of presence. Leases are counted on the database's clock, which is the same for every process."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Delete,
    Double,
    Select,
    Subquery,
    Text,
    TextClause,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from headway.events.queries import topic_of
from headway.live.models import Presence
from headway.live.sight_queries import assigned_now
from headway.projects.models import Project
from headway.projects.queries import only_visible, restricted
from headway.tasks.models import Task


class Row(NamedTuple):
    """One connection's row, for writing. `age`: seconds since it came to this topic."""

    connection_id: UUID
    person_id: UUID
    age: float
    topic: str
    task_id: UUID | None
    typing: bool


_KEEP = text(
    """
    INSERT INTO presence (connection_id, person_id, topic, task_id, typing, since, expires_at)
    SELECT id, person_id, topic, task_id, typing,
           now() - make_interval(secs => age), now() + make_interval(secs => :lease)
    FROM unnest(:ids, :people, :ages, :topics, :tasks, :typings) AS here(id, person_id, age, topic, task_id, typing)
    ON CONFLICT (connection_id) DO UPDATE SET
        topic = excluded.topic, task_id = excluded.task_id, typing = excluded.typing, expires_at = excluded.expires_at,
        since = CASE WHEN presence.topic = excluded.topic THEN presence.since ELSE excluded.since END
    """
).bindparams(
    bindparam("lease", type_=Double),
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("people", type_=ARRAY(Uuid)),
    bindparam("ages", type_=ARRAY(Double)),
    bindparam("topics", type_=ARRAY(Text)),
    bindparam("tasks", type_=ARRAY(Uuid)),
    bindparam("typings", type_=ARRAY(Boolean)),
)

# Rows that are renewed at this moment, late, are left alone: two processes would wait for each other's.
forget_lapsed = text(
    """
    DELETE FROM presence WHERE connection_id IN (
        SELECT connection_id FROM presence WHERE expires_at < now() - interval '1 minute' FOR UPDATE SKIP LOCKED
    )
    """
)


def keep(rows: Iterable[Row], lease: float) -> tuple[TextClause, dict[str, Any]]:
    """Writes or renews rows, each for `lease` seconds from now."""
    ids, people, ages, topics, tasks, typings = map(list, zip(*rows, strict=True))
    return _KEEP, {
        "lease": lease,
        "ids": ids,
        "people": people,
        "ages": ages,
        "topics": topics,
        "tasks": tasks,
        "typings": typings,
    }


def drop(connection_ids: Collection[UUID]) -> tuple[Delete, dict[str, Any]]:
    """Takes connections off the roll."""
    return _drop(), {"ids": list(connection_ids)}


@cache
def _drop() -> Delete:
    return delete(Presence).where(Presence.connection_id == any_(bindparam("ids", type_=ARRAY(Uuid))))


def _lists() -> Subquery:
    """(topic, people) of the parameter `topics`, those where somebody is: the JSON text of who is there.

    Left out are leases that have run out, and people who may not see the project any more. A task of another project,
    or a deleted one, is no place that others could go to.
    """
    topics = func.unnest(bindparam("topics", type_=ARRAY(Text)))
    asked = topics.table_valued(column("topic", Text), name="asked").render_derived()
    person = func.json_build_object(
        "person_id", Presence.person_id,
        "connection", Presence.connection_id,
        "task_id", Task.id,
        "typing", and_(Presence.typing, Task.id.is_not(None)),
        "since", Presence.since,
    )  # fmt: skip
    order = Presence.since, Presence.connection_id
    shown = (
        select(asked.c.topic, cast(func.json_agg(aggregate_order_by(person, *order)), Text).label("people"))
        .select_from(asked)
        .join(Presence, Presence.topic == asked.c.topic)
        .join(Project, Project.id == cast(func.split_part(Presence.topic, ":", 2), Uuid))
        .outerjoin(Task, and_(Task.id == Presence.task_id, Task.project_id == Project.id, Task.deleted_at.is_(None)))
        .where(Presence.expires_at > func.now())
    )
    return only_visible(shown, cast(Presence.person_id, Uuid)).group_by(asked.c.topic).subquery("lists")


@cache
def _present() -> Select[str, str]:
    lists = _lists()
    return select(lists.c.topic, lists.c.people)


def present(topics: Collection[str]) -> tuple[Select[str, str], dict[str, Any]]:
    """(topic, JSON text of the people there), for those of these projects' topics where anybody is."""
    return _present(), {"topics": list(topics)}


@cache
def _present_in() -> Select[str, bool, list[str]]:
    lists = _lists()
    project = bindparam("project", type_=Uuid)
    statement = select(func.coalesce(lists.c.people, "[]"), restricted, assigned_now()).select_from(Project)
    statement = statement.outerjoin(lists, lists.c.topic == topic_of("project", Project.id))
    return only_visible(statement, bindparam("me", type_=Uuid)).where(Project.id == project)


def present_in(person_id: UUID, project_id: UUID) -> tuple[Select[str, bool, list[str]], dict[str, Any]]:
    """(JSON text of the people in one project, whether this person sees a part of it, their tasks).

    No row if they may not see it.
    """
    return _present_in(), {"me": person_id, "project": project_id, "topics": [f"project:{project_id}"]}
