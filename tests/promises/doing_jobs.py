"""A process that does jobs until it is killed: `python -m tests.promises.doing_jobs URL TRIES`."""

import asyncio
import os
import sys
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from headway.db import Database
from headway.jobs import running
from headway.jobs.kinds import Inside, Kinds, Outside, Work
from headway.jobs.running import Runner
from headway.settings import Settings

EFFECT = text("INSERT INTO job_effect (n, kind) VALUES (:n, :kind)")


async def inside(db: AsyncSession, _: Settings, payload: dict[str, Any]) -> None:
    """An effect in the database, with time to be killed before it, between it and the commit, and in the commit."""
    await db.execute(EFFECT, {"n": payload["n"], "kind": "inside"})
    await db.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": payload["seconds"]})


async def outside(database: Database, _: Settings, work: Work) -> None:
    """An effect elsewhere: committed on its own, as a mail server would keep a letter."""
    async with database.unit_of_work() as db:
        await db.execute(EFFECT, {"n": work.payload["n"], "kind": "outside"})
    await asyncio.sleep(work.payload["seconds"])


async def poison(_: AsyncSession, __: Settings, payload: dict[str, Any]) -> None:
    """Fails, or takes the whole process with it."""
    if payload["kills"]:
        os._exit(9)
    raise ValueError("poison")


KINDS: Kinds = {"inside": Inside(inside, 1), "outside": Outside(outside, 1), "poison": Inside(poison, 0.3)}


async def main(url: str, tries: int) -> None:
    settings = Settings(database_url=url, pool_size=5)
    # Ten tries would take eight hours, and a lease half a minute.
    running.FIRST_PAUSE, running.LONGEST_PAUSE, running.SPARE, running.TRIES = 0.05, 0.2, 0.5, tries
    Runner(Database(settings), settings, KINDS, poll=0.2).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
