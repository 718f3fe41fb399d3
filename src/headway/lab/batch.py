"""A batch job, once: many rows updated by one script, on the sync Session or on AsyncSession.

Run as a process of its own, `python -m headway.lab.batch STYLE ROWS`, with the database's address on stdin; prints the
seconds from the first statement to the commit, without imports and without connecting.
"""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import create_engine, select, update
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from headway.database_url import parse_database_url
from headway.lab.models import LabTask as Task

CHUNK = 1_000


def main() -> None:
    style, rows = sys.argv[1], int(sys.argv[2])
    address = parse_database_url(sys.stdin.readline().strip())
    seconds = (
        in_sync(address.psycopg_url(), rows) if style == "sync" else asyncio.run(in_async(address.asyncpg_url(), rows))
    )
    sys.stdout.write(f"{seconds:.6f}\n")


def changes(ids: Sequence[UUID]) -> Iterator[list[dict[str, object]]]:
    for start in range(0, len(ids), CHUNK):
        yield [{"id": one, "priority": (start + place) % 5} for place, one in enumerate(ids[start : start + CHUNK])]


def in_sync(url: str, rows: int) -> float:
    """Seconds it takes a sync Session on psycopg."""
    with Session(create_engine(url)) as db:
        ids = db.scalars(select(Task.id).order_by(Task.id).limit(rows)).all()
        began = time.perf_counter()
        for chunk in changes(ids):
            db.execute(update(Task), chunk)
        db.commit()
        return time.perf_counter() - began


async def in_async(url: str, rows: int) -> float:
    """Seconds it takes an AsyncSession on asyncpg."""
    engine = create_async_engine(url)
    async with AsyncSession(engine) as db:
        ids = (await db.scalars(select(Task.id).order_by(Task.id).limit(rows))).all()
        began = time.perf_counter()
        for chunk in changes(ids):
            await db.execute(update(Task), chunk)
        await db.commit()
        seconds = time.perf_counter() - began
    await engine.dispose()
    return seconds


if __name__ == "__main__":
    main()
