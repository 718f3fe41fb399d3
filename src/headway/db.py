"""The database: tables' base, the engine, and the unit of work that every request runs in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import cache, wraps
from inspect import signature
from typing import Annotated, Any, ParamSpec, TypeVarTuple, cast, get_type_hints
from uuid import UUID

from fastapi import Depends
from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Engine,
    Float,
    LargeBinary,
    MetaData,
    Row,
    Select,
    Text,
    Uuid,
    bindparam,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import NullPool
from starlette.requests import HTTPConnection

from headway.errors import COMMITTING, NotFound
from headway.settings import LOOK_UP_CONNECTIONS, Settings
from headway.spelled import spelled

Columns = TypeVarTuple("Columns")
Given = ParamSpec("Given")
# A statement and its parameters' values, for `execute(*…)`. Named in quotes: at run time a `Select` takes no types.
Prepared = tuple[Select[*Columns], dict[str, Any]]
OF_TYPE: dict[Any, Any] = {
    UUID: Uuid(), str: Text(), int: BigInteger(), float: Float(), bytes: LargeBinary(),
    datetime: DateTime(timezone=True),
    Sequence[UUID]: ARRAY(Uuid),
}  # fmt: skip
SAFE_METHODS = frozenset({"GET", "HEAD"})
BEFORE_COMMIT = "before_commit"


class Base(DeclarativeBase):
    """Every table's base. Constraints are named, because their names are what a refused write shows."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        str: Text(),
        dict[str, Any]: JSONB(),
    }
    # created_at and updated_at are set in Python: a server default would cost a read after each write.
    __mapper_args__ = {"eager_defaults": True}


class Database:
    """The engine and its pool. Sessions are counted, so that a test can say that every opened one was closed.

    Look-ups that many requests share have a small pool of their own: all others wait there for whoever writes.
    """

    def __init__(self, settings: Settings) -> None:
        self.engine = engine_of(settings, settings.pool_size)
        self.look_up_engine = engine_of(settings, LOOK_UP_CONNECTIONS)
        # Reads skip BEGIN and COMMIT; each statement is its own snapshot, so an answer is built by one statement.
        self.reads, self.look_ups = (
            async_sessionmaker(engine, expire_on_commit=False) for engine in (self.engine, self.look_up_engine)
        )
        in_transactions = self.engine.execution_options(isolation_level="READ COMMITTED")
        self.writes = async_sessionmaker(in_transactions, expire_on_commit=False)
        self.opened = self.closed = 0
        self.after_commit: Callable[[], None] = lambda: None

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[AsyncSession]:
        """One transaction: commits on the way out, rolls back on any error, cancellation included."""
        session = self.writes()
        self.opened += 1
        try:
            yield session
            steps: list[Callable[[AsyncSession], Awaitable[None]]] = session.info.get(BEFORE_COMMIT, [])
            for step in steps:
                await step(session)
            session.info[COMMITTING] = True
            await session.commit()
        except BaseException:  # a CancelledError must roll back too
            await asyncio.shield(session.rollback())
            raise
        finally:
            self.closed += 1
            await asyncio.shield(session.close())
        if steps:
            self.after_commit()

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A short session for reads outside a request's own: sockets, streams, the hub."""
        return self._read(self.reads)

    def looking_up(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session for one quick statement that many requests share."""
        return self._read(self.look_ups)

    @asynccontextmanager
    async def _read(self, sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
        session = sessions()
        self.opened += 1
        try:
            yield session
        finally:
            self.closed += 1
            await asyncio.shield(session.close())

    async def close(self) -> None:
        """Closes every pooled connection."""
        await self.engine.dispose()
        await self.look_up_engine.dispose()


def engine_of(settings: Settings, size: int) -> AsyncEngine:
    """An engine with at most so many connections, and without transactions unless they are asked for."""
    return create_async_engine(
        settings.async_url,
        isolation_level="AUTOCOMMIT",
        pool_size=size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout,
        connect_args=settings.asyncpg_arguments,
        hide_parameters=True,  # errors are logged, and parameters are what people wrote
    )


def batch_engine(settings: Settings) -> Engine:
    """What a command that runs once opens its sync Session on. Times are written in UTC, as everywhere."""
    engine = create_engine(settings.sync_url, poolclass=NullPool, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def in_utc(connection: Any, _: object) -> None:
        connection.execute("SET TIME ZONE 'UTC'")
        connection.commit()

    return engine


async def get_async_db(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    """The request's unit of work: opened and closed once. Safe methods read without a transaction."""
    database: Database = connection.app.state.database
    safe = connection.scope.get("method") in SAFE_METHODS
    async with database.reading() if safe else database.unit_of_work() as session:
        connection.state.db = session  # where `routing.Route` finds it
        yield session


# scope="function": the commit happens before the response leaves. A plain dependency would commit after it, and a
# failed commit would be a 201 with nothing saved.
Db = Annotated[AsyncSession, Depends(get_async_db, scope="function")]


def before_commit(db: AsyncSession, step: Callable[[AsyncSession], Awaitable[None]]) -> None:
    """Has `step` run once, last, inside this unit of work's transaction."""
    steps = db.info.setdefault(BEFORE_COMMIT, [])
    if step not in steps:
        steps.append(step)


def prepared(build: Callable[Given, Select[*Columns]]) -> "Callable[Given, Prepared[*Columns]]":
    """Has a statement built once, with a parameter for each argument of the function, and handed out with its values.

    For what is asked with every request: building such a statement takes longer than PostgreSQL takes to answer it.
    One of columns only is spelled out, see `spelled`; one that loads objects stays a `select()`.
    It takes its arguments by position, and uses them as values only: nothing may depend on what they are.
    """
    names = list(signature(build).parameters)

    @cache
    def statement() -> Select[*Columns]:
        types = [get_type_hints(build)[name] for name in names]
        given: Any = (bindparam(name, type_=OF_TYPE[type_]) for name, type_ in zip(names, types, strict=True))
        built: Any = cast(Any, build)(*given)
        loads = any(one["expr"] is one["entity"] for one in built.column_descriptions)
        return built if loads else spelled(built)  # type: ignore[no-any-return]

    @wraps(build)
    def with_values(*values: Given.args, **_: Given.kwargs) -> "Prepared[*Columns]":
        return statement(), dict(zip(names, values, strict=True))

    with_values.is_prepared = True  # type: ignore[attr-defined]
    return with_values


async def fetch(
    db: AsyncSession, statement: "Select[*Columns] | Prepared[*Columns]", code: str, detail: str
) -> Row[*Columns]:
    """The statement's one row.

    Raises:
        NotFound: there is none, or none that the person asking may see.
    """
    row = (await db.execute(*statement if isinstance(statement, tuple) else (statement,))).one_or_none()
    if row is None:
        raise NotFound(code, detail)
    return row


async def picture(db: AsyncSession, statement: "Select[Any] | Prepared[Any]") -> dict[str, Any]:
    """A thing as the API shows it right now: the statement's one column is its JSON."""
    await db.flush()
    found = await db.execute(*statement if isinstance(statement, tuple) else (statement,))
    return cast(dict[str, Any], found.scalar_one())
