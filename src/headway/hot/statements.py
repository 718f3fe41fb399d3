"""Who is asking, what they may see of a thing, and which revision of it is the present one: for many at a time.

The conditions are those of `accounts.session` and of the domains' own queries. Whoever asks with something that does
not simply hold, or that has to be noted down, is not found here, and asks the ordinary way.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    DateTime,
    FromClause,
    LargeBinary,
    Select,
    Text,
    Uuid,
    bindparam,
    column,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.models import ApiToken, Person, SignIn
from headway.accounts.scopes import Scope
from headway.accounts.session import SEEN_EVERY
from headway.clock import now
from headway.db import Database
from headway.events.queries import revision_of, topic_of
from headway.projects.models import Project
from headway.projects.queries import my_role, only_visible, project_revision, restricted
from headway.spelled import spelled
from headway.tasks.models import Task
from headway.tasks.one_statement import Place
from headway.tasks.queries import only_seen, task_json, usual_places

Found = TypeVar("Found")
PERSON: ColumnElement[UUID] = Person.id.expression
# Who was not seen for so long is to be noted down soon.
FRESH = SEEN_EVERY - timedelta(seconds=5)


class Asked(NamedTuple):
    """Somebody's secret, as it is stored, and the id of what they ask for."""

    secret_hash: bytes
    is_token: bool
    thing_id: UUID


class Sight(NamedTuple):
    """Who asks for a project, their role, whether they see all of it, and its revision and its workspace's."""

    person_id: UUID
    role: str
    restricted: bool
    revision: int
    workspace_revision: int


class Seen(NamedTuple):
    """Who asks for a task, its JSON text and its version."""

    person_id: UUID
    text: str
    version: int


class Changing(NamedTuple):
    """Who is about to change a task, by which token if by one, their role, and its JSON text."""

    person_id: UUID
    token_id: UUID | None
    role: str
    text: str


class Adding(NamedTuple):
    """Who is about to add a task to a project, by which token if by one, their role, whether they see all of it."""

    person_id: UUID
    token_id: UUID | None
    role: str
    restricted: bool
    key: str
    state_id: UUID
    category: str
    last: str | None

    @property
    def place(self) -> Place:
        return Place(*self[4:])


def wanted() -> FromClause:
    """The parameters as a table (secret_hash, is_token, thing_id, n)."""
    return (
        func.unnest(
            bindparam("hashes", type_=ARRAY(LargeBinary)),
            bindparam("are_tokens", type_=ARRAY(Boolean)),
            bindparam("ids", type_=ARRAY(Uuid)),
        )
        .table_valued(
            column("secret_hash", LargeBinary),
            column("is_token", Boolean),
            column("thing_id", Uuid),
            with_ordinality="n",
            name="wanted",
        )
        .render_derived()
    )


def holders(asked: FromClause, scope: Scope) -> FromClause:
    """Beside each row the person whose session or token it is, while it lasts, may do this and was noted lately.

    (person_id, token_id)
    """
    at, lately = bindparam("at", type_=DateTime(timezone=True)), bindparam("lately", type_=DateTime(timezone=True))
    sessions = select(SignIn.person_id, null().cast(Uuid).label("token_id")).where(
        ~asked.c.is_token,
        SignIn.secret_hash == asked.c.secret_hash,
        SignIn.expires_at > at,
        SignIn.last_seen_at > lately,
    )
    tokens = select(ApiToken.person_id, ApiToken.id).where(
        asked.c.is_token,
        ApiToken.secret_hash == asked.c.secret_hash,
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > at),
        ApiToken.last_used_at > lately,
        literal(scope.value, Text) == func.any(ApiToken.scopes),
    )
    return union_all(sessions.correlate(asked), tokens.correlate(asked)).lateral("holder")


def askers(*columns: Any, scope: Scope = Scope.read) -> tuple[Select[Any], FromClause]:
    """(n, person, columns) of everybody asking who may come in, and the table of what they ask for.

    Who is about to write is told with their token: (n, person, token, columns).
    """
    asked = wanted()
    holder = holders(asked, scope)
    who = (PERSON,) if scope is Scope.read else (PERSON, holder.c.token_id)
    statement = (
        select(asked.c.n, *who, *columns)
        .select_from(asked)
        .join(holder, true())
        .join(Person, Person.id == holder.c.person_id)
        .where(Person.suspended_at.is_(None))
    )
    return statement, asked


@cache
def sights() -> Any:
    """(n, *Sight) of projects."""
    workspace_revision = revision_of(topic_of("workspace", Project.workspace_id))
    statement, asked = askers(my_role, restricted, project_revision(), workspace_revision)
    return spelled(only_visible(statement.join(Project, Project.id == asked.c.thing_id), PERSON))


@cache
def tasks() -> Any:
    """(n, *Seen) of tasks."""
    statement, asked = askers(task_json().cast(Text), Task.version)
    found = statement.join(Task, Task.id == asked.c.thing_id).join(Project, Project.id == Task.project_id)
    return spelled(only_seen(found, PERSON).where(Task.deleted_at.is_(None)))


@cache
def changing() -> Any:
    """(n, *Changing) of tasks."""
    statement, asked = askers(my_role, task_json().cast(Text), scope=Scope.write)
    found = statement.join(Task, Task.id == asked.c.thing_id).join(Project, Project.id == Task.project_id)
    return spelled(only_seen(found, PERSON).where(Task.deleted_at.is_(None)))


@cache
def adding() -> Any:
    """(n, *Adding) of projects."""
    usual = usual_places(Project.id.expression).correlate(Project).lateral("usual")
    statement, asked = askers(my_role, restricted, Project.key, *usual.c, scope=Scope.write)
    found = statement.join(Project, Project.id == asked.c.thing_id).join(usual, true())
    return spelled(only_visible(found, PERSON))


async def look_up(db: AsyncSession, statement: Any, asked: Sequence[Asked]) -> Mapping[Asked, tuple[Any, ...]]:
    """What the statement finds for each, without its n."""
    hashes, are_tokens, ids = zip(*asked, strict=True)
    at = now()
    given = {
        "hashes": list(hashes), "are_tokens": list(are_tokens), "ids": list(ids), "at": at, "lately": at - FRESH,
    }  # fmt: skip
    rows = await db.execute(statement, given)
    return {asked[row[0] - 1]: tuple(row[1:]) for row in rows}


async def found_by(
    database: Database, kind: Callable[..., Found], statement: Callable[[], Any], asked: Sequence[Asked]
) -> dict[Asked, Found]:
    """The same by name, on a session for look-ups: what `Shared` takes, with the first three filled in."""
    async with database.looking_up() as db:
        rows = await look_up(db, statement(), asked)
    return {one: kind(*row) for one, row in rows.items()}
