"""P9: each job has its effect, once, whoever dies meanwhile; one that nobody can do ends where people see it."""

import asyncio
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from headway.db import Database
from headway.jobs.commands import enqueue
from headway.jobs.models import Job
from headway.jobs.running import TRIES
from headway.settings import Settings
from tests.promises.stage import WHOLE, report

pytestmark = [pytest.mark.anyio, pytest.mark.faults, pytest.mark.timeout(600 if WHOLE else 120)]

JOBS, SECONDS, KILL_EVERY = (2_000, 0.2, 2.0) if WHOLE else (200, 0.1, 1.0)
WORKERS = 3
PATIENCE = 300 if WHOLE else 60
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """A database with an empty queue, and a table that counts effects without any constraint that would hide one."""
    database = Database(settings)
    async with database.unit_of_work() as db:
        await db.execute(delete(Job))
        await db.execute(text("DROP TABLE IF EXISTS job_effect"))
        await db.execute(text("CREATE TABLE job_effect (n int NOT NULL, kind text NOT NULL)"))
    yield database
    async with database.unit_of_work() as db:
        await db.execute(text("DROP TABLE job_effect"))
        await db.execute(delete(Job))
    await database.close()


@asynccontextmanager
async def a_worker(url: str, tries: int) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.promises.doing_jobs", url, str(tries), cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def keep_working(url: str, tries: int, kills: list[float], stop: asyncio.Event, every: float | None) -> None:
    """One worker, started again whenever it dies, and killed with -9 every so often."""
    dice = random.Random()
    while not stop.is_set():
        async with a_worker(url, tries) as process:
            ends = [asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())]
            seconds = None if every is None else every * WORKERS * dice.uniform(0.5, 1.5)
            await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                end.cancel()
            if process.returncode is None and not stop.is_set():
                process.send_signal(signal.SIGKILL)
                kills.append(time.monotonic())


async def put(database: Database, name: str, *payloads: dict[str, Any]) -> None:
    async with database.unit_of_work() as db:
        for payload in payloads:
            await enqueue(db, name, payload)


async def until_only_the_dead_are_left(database: Database) -> list[Job]:
    alive = select(Job.id).where(Job.dead_at.is_(None)).limit(1)
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.reading() as db:
                if await db.scalar(alive) is None:
                    return list(await db.scalars(select(Job).order_by(Job.id)))
            await asyncio.sleep(0.1)


@asynccontextmanager
async def workers(settings: Settings, every: float | None, tries: int = TRIES) -> AsyncIterator[list[float]]:
    kills: list[float] = []
    stop = asyncio.Event()
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        stack.callback(stop.set)
        for _ in range(WORKERS):
            group.create_task(keep_working(settings.plain_url, tries, kills, stop, every))
        try:
            yield kills
        finally:
            stop.set()


async def test_every_effect_happens_once_while_workers_are_killed(database: Database, settings: Settings) -> None:
    began = time.monotonic()
    outside = JOBS // 10
    async with workers(settings, KILL_EVERY) as kills:
        # Written down while they are being done, a hundred in a transaction; every tenth transaction fails.
        for first in range(0, JOBS, 20):
            await put(database, "inside", *({"n": n, "seconds": SECONDS} for n in range(first, first + 20)))
            if first % 200 == 0:
                with pytest.raises(RuntimeError):
                    async with database.unit_of_work() as db:
                        await enqueue(db, "inside", {"n": -1, "seconds": 0})
                        raise RuntimeError
        await put(database, "outside", *({"n": n, "seconds": SECONDS} for n in range(outside)))
        dead = await until_only_the_dead_are_left(database)
    assert [(job.name, job.payload, job.error) for job in dead] == []
    assert kills, "nobody was killed"
    async with database.reading() as db:
        counted = text("SELECT kind, n, count(*) FROM job_effect GROUP BY 1, 2")
        effects = {(kind, n): count for kind, n, count in await db.execute(counted)}
    inside = {n: count for (kind, n), count in effects.items() if kind == "inside"}
    assert inside.keys() == set(range(JOBS)), "an effect is missing, or of a transaction that failed"
    assert set(inside.values()) == {1}, "an effect happened twice"
    letters = [effects.get(("outside", n), 0) for n in range(outside)]
    assert min(letters) >= 1
    again = sum(letters) - outside
    seconds = time.monotonic() - began
    report("P9", jobs=JOBS, kills=len(kills), seconds=round(seconds, 1), outside=outside, outside_again=again)


async def test_poison_ends_on_the_dead_list_and_stops_nobody(database: Database, settings: Settings) -> None:
    tries = TRIES if WHOLE else 3
    # One after the other: the one that kills takes along what its worker is doing besides, which counts as a try.
    for kills in (False, True):
        await put(database, "poison", {"kills": kills})
        await put(database, "inside", *({"n": n, "seconds": 0.01} for n in range(10 * kills, 10 * kills + 10)))
        async with workers(settings, None, tries):
            dead = await until_only_the_dead_are_left(database)
    failing, killing = sorted(dead, key=lambda job: bool(job.payload["kills"]))
    assert failing.attempts == tries and failing.error and failing.error.startswith("ValueError")
    assert killing.attempts == tries + 1 and killing.error and "died" in killing.error
    async with database.reading() as db:
        assert await db.scalar(text("SELECT count(*) FROM job_effect")) == 20
