"""Faults of the snippets that guides hand around, as they are written there, each shown by what it does."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import psycopg
import pytest
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.docs.conftest import REFUSE_AT_COMMIT, http

INSERT = text("INSERT INTO note VALUES (1)")


@pytest.fixture(autouse=True)
def note_table(sql: psycopg.Connection) -> None:
    sql.execute("CREATE TABLE note (id int PRIMARY KEY); CREATE TABLE tag ()")


async def robust_db_operation(session_maker: Any, statement: str) -> Any:
    """The guide's own, with the session maker and the statement as arguments."""
    try:
        async with session_maker() as session:
            result = await session.execute(text(statement))
            await session.commit()
            return result.scalars().all()
    except Exception as e:  # noqa: BLE001
        await session.rollback()
        raise HTTPException(status_code=500, detail=str(e))  # noqa: B904


async def test_rollback_outside_of_the_block_hides_why_there_was_no_session() -> None:
    def no_session() -> AsyncSession:
        raise OSError("no database")

    with pytest.raises(UnboundLocalError, match="'session'"):
        await robust_db_operation(no_session, "SELECT 1")


async def test_rollback_outside_of_the_block_comes_when_the_session_is_closed(engine: AsyncEngine) -> None:
    """By then the block has rolled back and handed the connection back: the guide's line does nothing."""
    happened = note_rollbacks(engine)
    with pytest.raises(HTTPException) as refused:
        await robust_db_operation(async_sessionmaker(engine), "SELECT secret FROM note")
    assert happened == ["rollback", "close"]
    # And the one who asked is shown the statement.
    assert "[SQL: SELECT secret FROM note]" in refused.value.detail
    assert isinstance(refused.value.__context__, ProgrammingError)


def note_rollbacks(engine: AsyncEngine) -> list[str]:
    happened: list[str] = []
    event.listen(engine.sync_engine, "rollback", lambda _: happened.append("rollback"))
    event.listen(engine.sync_engine, "checkin", lambda *_: happened.append("close"))
    return happened


async def test_except_exception_does_not_see_a_cancellation(engine: AsyncEngine, sql: psycopg.Connection) -> None:
    """The guide's get_db: its rollback is skipped; that nothing is saved is the closing block's doing."""
    seen: list[str] = []
    sent = asyncio.Event()

    async def request() -> None:
        async with async_sessionmaker(engine)() as session:
            try:
                await session.execute(INSERT)
                sent.set()
                await asyncio.Event().wait()
            except Exception:
                seen.append("except Exception")
                raise
            except BaseException:
                seen.append("except BaseException")
                raise

    task = asyncio.create_task(request())
    await sent.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["except BaseException"]
    assert sql.execute("SELECT count(*) FROM note").fetchone() == (0,)
    assert engine.sync_engine.pool.checkedout() == 0  # type: ignore[attr-defined]


class Told:
    """Notes when the answer starts and when its body has been sent."""

    def __init__(self, app: ASGIApp, happened: list[str]) -> None:
        self.app, self.happened = app, happened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            self.happened.append(f"{message['type']} {message.get('status', '')}".strip())
            await send(message)

        await self.app(scope, receive, told)


def committing_app(engine: AsyncEngine, scope: Literal["function", "request"] | None, happened: list[str]) -> FastAPI:
    """Commits in a yield dependency, with the scope given; None is FastAPI's default."""

    async def get_db() -> AsyncIterator[AsyncSession]:
        async with async_sessionmaker(engine)() as session:
            yield session
            happened.append("commit")
            await session.commit()

    app = FastAPI()
    app.add_middleware(Told, happened=happened)

    @app.post("/notes", status_code=201)
    async def create(db: Annotated[AsyncSession, Depends(get_db, scope=scope)]) -> dict[str, int]:
        await db.execute(INSERT)
        return {"id": 1}

    @app.exception_handler(IntegrityError)
    async def conflict(*_: object) -> JSONResponse:
        return JSONResponse({"detail": "Data conflict"}, 400)

    return app


SENT = ["http.response.start 201", "http.response.body"]


@pytest.mark.parametrize(
    ("scope", "order"), [(None, [*SENT, "commit"]), ("request", [*SENT, "commit"]), ("function", ["commit", *SENT])]
)
async def test_a_plain_yield_dependency_commits_after_the_answer(
    scope: Literal["function", "request"] | None, order: list[str], engine: AsyncEngine
) -> None:
    happened: list[str] = []
    async with http(committing_app(engine, scope, happened)) as client:
        assert (await client.post("/notes")).status_code == 201
    assert happened == order


async def test_and_answers_201_where_the_commit_fails(engine: AsyncEngine, sql: psycopg.Connection) -> None:
    """Even with a handler for the error: the answer has left."""
    sql.execute(REFUSE_AT_COMMIT)
    async with http(committing_app(engine, None, [])) as client:
        answer = await client.post("/notes")
    assert (answer.status_code, answer.json()) == (201, {"id": 1})
    assert sql.execute("SELECT count(*) FROM note").fetchone() == (0,)


async def test_the_guides_get_db_saves_nothing_by_itself(engine: AsyncEngine, sql: psycopg.Connection) -> None:
    """It rolls back and closes and never commits: an endpoint that forgets to answers 201 for nothing."""

    async def get_db() -> AsyncIterator[AsyncSession]:
        async with async_sessionmaker(engine)() as session:
            try:
                yield session
            except Exception:
                await session.rollback()
                raise
            finally:
                await session.close()

    app = FastAPI()

    @app.post("/notes", status_code=201)
    async def create(db: Annotated[AsyncSession, Depends(get_db)]) -> dict[str, int]:
        await db.execute(INSERT)
        return {"id": 1}

    async with http(app) as client:
        assert (await client.post("/notes")).status_code == 201
    assert sql.execute("SELECT count(*) FROM note").fetchone() == (0,)
