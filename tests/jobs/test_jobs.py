"""Jobs: written down with what wants them, done once, and visible when nobody can do them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from headway.db import Database
from headway.jobs import queries
from headway.jobs.commands import WAKE, enqueue
from headway.jobs.kinds import Failed, Hopeless, Inside, Outside, Work
from headway.jobs.models import Job
from headway.jobs.running import TRIES, Runner, pause_after
from headway.settings import Settings

pytestmark = pytest.mark.anyio

Told = list[Any]


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """A database with one connection and an empty queue."""
    database = Database(settings)
    async with database.unit_of_work() as db:
        await db.execute(delete(Job))
    yield database
    assert database.opened == database.closed
    await database.close()


def runner(database: Database, settings: Settings, told: Told, error: Exception | None = None) -> Runner:
    """Does jobs that tell what they were given, and then fail if they are to."""

    async def inside(db: AsyncSession, _: Settings, payload: dict[str, Any]) -> None:
        told.append(payload)
        await db.execute(text("SELECT 1"))
        if error:
            raise error

    async def outside(database: Database, _: Settings, work: Work) -> None:
        assert database.engine.sync_engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        told.append(work.payload)
        if error:
            raise error

    return Runner(database, settings, {"inside": Inside(inside), "outside": Outside(outside)})


async def put(database: Database, name: str = "inside", **fields: Any) -> None:
    async with database.unit_of_work() as db:
        await enqueue(db, name, fields.pop("payload", {"n": 1}), **fields)


async def all_jobs(database: Database) -> list[Job]:
    async with database.reading() as db:
        return list(await db.scalars(select(Job).order_by(Job.id)))


async def due_now(database: Database) -> None:
    """Lets the time pass that a job waits for."""
    async with database.unit_of_work() as db:
        await db.execute(update(Job).values(run_after=text("clock_timestamp()")))


@pytest.mark.parametrize("name", ["inside", "outside"])
async def test_a_job_is_done_once_and_is_gone(database: Database, settings: Settings, name: str) -> None:
    told: Told = []
    await put(database, name, payload={"text": "näh\n"})
    assert await runner(database, settings, told).do_all() == 1
    assert told == [{"text": "näh\n"}]
    assert await all_jobs(database) == []


async def test_a_job_of_a_unit_of_work_that_fails_was_never_there(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.unit_of_work() as db:
            await enqueue(db, "inside", {})
            raise RuntimeError
    assert await all_jobs(database) == []


async def test_a_job_put_off_waits(database: Database, settings: Settings) -> None:
    told: Told = []
    await put(database, run_after=timedelta(hours=1))
    assert await runner(database, settings, told).do_all() == 0
    await due_now(database)
    assert await runner(database, settings, told).do_all() == 1


async def test_jobs_of_one_key_are_one_until_it_has_begun(database: Database, settings: Settings) -> None:
    told: Told = []
    await put(database, key="a")
    await put(database, key="a")
    await put(database, key="b")
    doing = runner(database, settings, told)
    [first] = await doing._take(1)
    await put(database, key="a")  # what has begun may have looked already
    assert await doing.do_all() == 2
    await doing.do(first)
    assert len(told) == 3


async def test_of_two_that_hold_one_job_only_the_last_has_an_effect(database: Database, settings: Settings) -> None:
    """A worker was paused for longer than its lease, and another took over."""
    told: Told = []
    await put(database)
    doing = runner(database, settings, told)
    [paused] = await doing._take(1)
    await due_now(database)  # the lease runs out
    [taken_over] = await doing._take(1)
    await doing.do(paused)
    assert told == []
    await doing.do(taken_over)
    assert told == [{"n": 1}]
    assert await all_jobs(database) == []


@pytest.mark.parametrize("name", ["inside", "outside"])
async def test_a_poison_job_is_tried_less_and_less_often_and_ends_on_the_dead_list(
    database: Database, settings: Settings, name: str
) -> None:
    told: Told = []
    await put(database, name)
    doing = runner(database, settings, told, Failed("The other side says no."))
    for attempt in range(1, TRIES + 1):
        assert await doing.do_all() == 1
        assert await doing.do_all() == 0, "it waits before it is tried again"
        [job] = await all_jobs(database)
        assert (job.attempts, job.error) == (attempt, "The other side says no.")
        assert (job.dead_at is not None) == (attempt == TRIES)
        await due_now(database)
    assert await doing.do_all() == 0
    async with database.reading() as db:
        assert [job.id for job in await db.scalars(queries.dead_jobs(10))] == [job.id]


async def test_the_effect_of_a_try_that_failed_is_undone(database: Database, settings: Settings) -> None:
    async def half(db: AsyncSession, _: Settings, __: dict[str, Any]) -> None:
        await enqueue(db, "other", {})
        raise RuntimeError("in the middle")

    await put(database)
    await Runner(database, settings, {"inside": Inside(half)}).do_all()
    [job] = await all_jobs(database)
    assert job.name == "inside"
    assert job.error == f"RuntimeError. The log has the rest, under job={job.id}."  # a stranger's words stay there


async def test_what_cannot_get_better_is_not_tried_again(database: Database, settings: Settings) -> None:
    await put(database)
    await runner(database, settings, [], Hopeless("There is nobody there.")).do_all()
    [job] = await all_jobs(database)
    assert job.dead_at is not None and job.attempts == 1


async def test_a_job_that_kills_whoever_tries_it_ends_on_the_dead_list(database: Database, settings: Settings) -> None:
    told: Told = []
    await put(database)
    doing = runner(database, settings, told)
    for _ in range(TRIES):
        assert len(await doing._take(1)) == 1  # and the process dies
        await due_now(database)
    await doing.do_all()
    assert told == []
    [job] = await all_jobs(database)
    assert job.dead_at is not None and job.error and "died" in job.error


async def test_a_job_that_takes_too_long_is_cut_off(database: Database, settings: Settings) -> None:
    async def slow(db: AsyncSession, _: Settings, __: dict[str, Any]) -> None:
        await db.execute(text("SELECT pg_sleep(60)"))

    await put(database)
    await Runner(database, settings, {"inside": Inside(slow, seconds=0.1)}).do_all()
    [job] = await all_jobs(database)
    assert job.error == "It took too long."


async def test_a_job_this_version_does_not_know_is_left_to_one_that_does(
    database: Database, settings: Settings
) -> None:
    await put(database, "of the next version")
    assert await runner(database, settings, []).do_all() == 0
    assert len(await all_jobs(database)) == 1


async def test_a_stopping_worker_gives_back_what_it_could_not_finish(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def endless(_: Database, __: Settings, ___: Work) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("headway.jobs.running.FINISH", 0.01)
    doing = Runner(database, settings, {"outside": Outside(endless)})
    doing.start()
    await put(database, "outside")
    async with asyncio.timeout(5):
        await begun.wait()
    await doing.stop()
    [job] = await all_jobs(database)
    assert job.attempts == 0 and job.dead_at is None


async def test_the_process_that_wrote_a_job_down_wakes_itself(database: Database, settings: Settings) -> None:
    done = asyncio.Event()

    async def tell(_: Database, __: Settings, ___: Work) -> None:
        done.set()

    doing = Runner(database, settings, {"outside": Outside(tell)}, poll=3_600)
    doing.start()
    async with asyncio.timeout(5):
        await put(database, "outside")
        await done.wait()
    await doing.stop()


async def test_nobody_is_woken_before_the_commit_or_without_one(database: Database) -> None:
    woken: Told = []
    database.writes.configure(info={WAKE: lambda: woken.append("now")})
    async with database.unit_of_work() as db:
        await enqueue(db, "inside", {})
        await enqueue(db, "inside", {})
        assert woken == []
    assert woken
    woken.clear()
    with pytest.raises(RuntimeError):
        async with database.unit_of_work() as db:
            await enqueue(db, "inside", {})
            raise RuntimeError
    assert woken == []


def test_ten_tries_last_through_a_bad_night() -> None:
    pauses = [pause_after(attempt).total_seconds() for attempt in range(1, TRIES)]
    assert pauses[:3] == [5, 15, 45]
    assert 7 * 3_600 < sum(pauses) < 12 * 3_600


async def test_counts_say_what_waits(database: Database, settings: Settings) -> None:
    await put(database)
    await put(database)
    await runner(database, settings, [])._take(1)
    async with database.reading() as db:
        assert tuple((await db.execute(queries.counts())).one()) == (1, 1, 0, 0)
