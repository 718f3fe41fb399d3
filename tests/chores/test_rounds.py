"""Chores are done by one worker at a time, each when it is due, and one that fails does not stop the others."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import text

from headway.app import create_app
from headway.chores import chores, rounds
from headway.chores.chores import (
    CHORES,
    Chore,
    build_all_timelines,
    build_long_timelines,
    forget_the_absent,
)
from headway.chores.rounds import Rounds, mine_alone
from headway.clock import new_id, now
from headway.db import Database
from headway.settings import Settings
from tests.factories import Team


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings)
    yield database
    await database.close()


def noting(notes: list[str], name: str, every: float = 60) -> Chore:
    async def do(_: Database, __: Settings, at: datetime) -> None:
        assert at.tzinfo is not None
        notes.append(name)

    return Chore(name, every, do)


async def failing(_: Database, __: Settings, ___: datetime) -> None:
    raise RuntimeError("no such luck")


async def test_a_chore_is_done_when_it_is_due(settings: Settings, database: Database) -> None:
    notes: list[str] = []
    going = Rounds(database, settings, [noting(notes, "seldom", every=3_600), noting(notes, "always", every=0)])
    assert await going.go_round() == ["seldom", "always"]
    assert await going.go_round() == ["always"]
    assert notes == ["seldom", "always", "always"]


async def test_a_failing_chore_is_logged_and_stops_nothing(
    settings: Settings, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    notes: list[str] = []
    going = Rounds(database, settings, [Chore("unlucky", 60, failing), noting(notes, "next")])
    assert await going.go_round() == ["next"]
    logged = capsys.readouterr().out
    assert "chores.failed" in logged
    assert "chore=unlucky" in logged
    assert "RuntimeError: no such luck" in logged


async def test_only_one_worker_goes_round(settings: Settings, database: Database) -> None:
    notes: list[str] = []
    going = Rounds(database, settings, [noting(notes, "one", every=0)])
    async with mine_alone(settings) as mine:
        assert mine
        assert await going.go_round() == []
    assert await going.go_round() == ["one"]


async def test_a_round_with_everything_there_is_holds_nothing_afterwards(
    settings: Settings, database: Database, team: Team
) -> None:
    await team.task(await team.project())
    assert await Rounds(database, settings).go_round() == [chore.name for chore in CHORES]
    assert database.opened == database.closed
    async with mine_alone(settings) as mine:
        assert mine


async def test_the_app_goes_round_while_it_runs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    done = asyncio.Event()

    async def do(_: Database, __: Settings, ___: datetime) -> None:
        done.set()

    monkeypatch.setattr(rounds, "ROUND", 0.01)
    monkeypatch.setattr(Rounds.__init__, "__defaults__", ([Chore("one", 0, do)],))
    app = create_app(settings.model_copy(update={"chores": True}))
    for _ in range(2):  # the second time after a stop
        async with app.router.lifespan_context(app), asyncio.timeout(10):
            await done.wait()
        done.clear()


async def test_short_timelines_wait_and_long_ones_do_not(
    team: Team, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = await team.project()
    await team.task(project)
    behind = text(
        "SELECT revision - coalesce(told_until, 0) FROM topic LEFT JOIN timeline ON topic = name WHERE name = :t"
    )

    async def events_behind() -> int:
        async with database.reading() as db:
            return int(await db.scalar(behind, {"t": f"project:{project['id']}"}) or 0)

    there = await events_behind()
    await build_long_timelines(database, settings, now())
    assert await events_behind() == there > 0
    monkeypatch.setattr(chores, "MANY_EVENTS", there)
    await build_long_timelines(database, settings, now())
    assert await events_behind() == 0
    await team.task(project)
    await build_all_timelines(database, settings, now())
    assert await events_behind() == 0


async def test_whoever_has_been_gone_for_a_while_is_forgotten(settings: Settings, database: Database) -> None:
    gone, here = new_id(), new_id()
    row = (
        "INSERT INTO presence VALUES (:id, :id, 'project:x', NULL, false, now(), now() + make_interval(secs => :left))"
    )
    async with database.unit_of_work() as db:
        for one, left in ((gone, -120.0), (here, 10.0)):
            await db.execute(text(row), {"id": one, "left": left})
    await forget_the_absent(database, settings, now())
    async with database.reading() as db:
        rest = text("SELECT connection_id FROM presence WHERE connection_id = ANY(:ids)")
        left_over = (await db.scalars(rest, {"ids": [gone, here]})).all()
        assert [str(one) for one in left_over] == [str(here)]


@pytest.mark.pool
async def test_forgetting_the_absent_waits_for_nobody_who_is_late(settings: Settings, database: Database) -> None:
    late = new_id()
    row = "INSERT INTO presence VALUES (:id, :id, 'project:x', NULL, false, now(), now() - interval '2 minutes')"
    async with database.unit_of_work() as db:
        await db.execute(text(row), {"id": late})
    async with database.unit_of_work() as db:
        await db.execute(text("UPDATE presence SET expires_at = now() WHERE connection_id = :id"), {"id": late})
        async with asyncio.timeout(5):
            await forget_the_absent(database, settings, now())
