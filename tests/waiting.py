"""Holding one request still while another goes on, without sleeping: row locks, and waiting until somebody waits."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from sqlalchemy import text

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def until_waiting(app: FastAPI, count: int = 1) -> None:
    """Returns once `count` transactions wait for locks that others hold."""
    async with asyncio.timeout(10), app.state.database.reading() as db:
        while await db.scalar(WAITING) < count:
            pass


@asynccontextmanager
async def row_held(app: FastAPI, table: str, row_id: str) -> AsyncIterator[None]:
    """Keeps one row locked, as another request in its middle would."""
    async with app.state.database.unit_of_work() as db:
        await db.execute(text(f"SELECT 1 FROM {table} WHERE id = CAST(:id AS uuid) FOR NO KEY UPDATE"), {"id": row_id})
        yield


async def together(app: FastAPI, table: str, row_id: str, *requests: Coroutine[Any, Any, Any]) -> list[Any]:
    """Runs requests so that each has begun and waits for one row before the first can go on."""
    async with asyncio.timeout(30):
        async with row_held(app, table, row_id):
            tasks = []
            for request in requests:
                tasks.append(asyncio.create_task(request))
                await until_waiting(app, len(tasks))
        return await asyncio.gather(*tasks)
