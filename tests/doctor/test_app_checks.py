"""Every check of the app at work, made to fail by an app that has the fault."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection, Request

from headway.app import create_app
from headway.db import Db, get_async_db
from headway.doctor import app as checks
from headway.doctor.findings import Finding
from headway.doctor.trial import PREFIX, commit, trial
from headway.postgres.outside import connected
from headway.routing import Route
from headway.settings import Settings
from tests.doctor.planting import PLANTED, planted, tried


def assert_ok(finding: Finding) -> None:
    assert (finding.state, finding.fix) == ("ok", None), finding


async def test_the_app_that_ships_is_well(own: Settings) -> None:
    async with connected(own) as db, tried(own) as trying:
        trying.reads = ["/health", "/api/setup"]
        for finding in (
            checks.all_async(trying.app),
            await checks.no_blocking_call(trying),
            await checks.rollback(trying, db),
            await checks.many_at_once(trying),
            await checks.sessions(trying),
        ):
            assert_ok(finding)


async def test_a_blocking_call_is_found_and_named(own: Settings) -> None:
    async def nap() -> None:
        time.sleep(0.2)  # noqa: ASYNC251 - the fault

    async with tried(own, planted(nap)) as trying:
        finding = await checks.no_blocking_call(trying)
    assert finding.state == "wrong"
    assert finding.figure.startswith("blocked for ")
    assert f"in {__name__}:{nap.__code__.co_firstlineno + 1} (nap)" in finding.figure
    assert "asyncio.to_thread" in str(finding.fix)


async def test_a_long_computation_on_the_loop_is_a_warning(own: Settings) -> None:
    async def count() -> int:
        until = time.thread_time() + checks.BUSY * 1.2
        rounds = 0
        while time.thread_time() < until:
            rounds += 1
        return rounds

    async with tried(own, planted(count)) as trying:
        finding = await checks.no_blocking_call(trying)
    assert finding.state == "warning"
    assert finding.figure.startswith("computed for ")
    assert "(count)" in finding.figure


async def test_an_endpoint_that_is_not_async_is_a_warning(own: Settings) -> None:
    def slow() -> None:
        pass

    async with tried(own, planted(slow)) as trying:
        finding = checks.all_async(trying.app)
    assert finding.state == "warning"
    assert "1 of " in finding.figure
    assert "slow" in finding.figure


async def test_a_session_that_is_not_closed_is_found(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "QUIET", 0.2)
    kept: list[AsyncSession] = []

    async def leak(request: Request) -> None:
        kept.append(request.app.state.database.reads())
        await kept[0].execute(select(1))

    async with tried(own, planted(leak)) as trying:
        await trying.http.get(PLANTED)
        finding = await checks.sessions(trying)
        assert finding.state == "wrong"
        assert "1 connections held" in finding.figure
        assert "Database.reading()" in str(finding.fix)
        await kept[0].close()
        assert_ok(await checks.sessions(trying))


async def test_an_answer_that_leaves_before_its_commit_is_found(own: Settings) -> None:
    router = APIRouter(route_class=Route)

    # Without scope="function", as FastAPI's own examples have it.
    @router.post(f"{PREFIX}/commit")
    async def late(request: Request, db: Annotated[AsyncSession, Depends(get_async_db)]) -> None:
        await commit(request, db)

    async with tried(own, lambda app: app.include_router(router)) as trying:
        finding = await checks.sessions(trying)
    assert finding.state == "wrong"
    assert finding.figure == "in a write came answer, then commit"
    assert 'scope="function"' in str(finding.fix)


async def test_a_unit_of_work_that_commits_what_failed_is_found_and_cleaned_up(own: Settings) -> None:
    async def careless(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
        async with connection.app.state.database.writes() as session:
            connection.state.db = session
            try:
                yield session
            finally:
                await session.commit()

    def plant(app: FastAPI) -> None:
        app.dependency_overrides[get_async_db] = careless

    async with connected(own) as db, tried(own, plant) as trying:
        finding = await checks.rollback(trying, db)
        assert finding.state == "wrong"
        assert finding.figure.startswith("3 failed writes left 2 rows")
        assert "After a refusal, crash" in str(finding.fix)
        assert await db.fetchval("SELECT count(*) FROM workspace") == 0


async def test_reads_that_are_refused_under_load_are_counted(own: Settings) -> None:
    async def slow(db: Db) -> None:
        await db.execute(select(func.pg_sleep(0.02)))

    small = own.model_copy(update={"pool_size": 1, "pool_timeout": 0.1})
    async with tried(small, planted(slow)) as trying:
        finding = await checks.many_at_once(trying)
    assert finding.state == "wrong"
    assert "pool 1" in finding.figure
    assert str(finding.fix).startswith("503s: raise HEADWAY_POOL_SIZE")


async def test_it_reads_as_somebody_and_leaves_everything_as_it_was(team: Any, settings: Settings) -> None:
    project = await team.project()
    await team.task(project)

    async def rows() -> dict[str, int]:
        async with team.app.state.database.reading() as db:
            tables = await db.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
            return {table: await db.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0 for table in tables.all()}

    before = await rows()
    made = await asyncio.to_thread(create_app, settings)  # looks at files, which the team's own app may not any more
    async with connected(settings) as db, trial(settings, db, lambda _: made) as trying:
        answers = {path: (await trying.http.get(path)).status_code for path in trying.reads}
        assert len(answers) == 13
        assert set(answers.values()) == {200}, answers
        assert_ok(await checks.rollback(trying, db))
        assert_ok(await checks.sessions(trying))
    assert await rows() == before
