"""Has a backup made when one is due."""

import asyncio
from datetime import datetime, timedelta

from headway.backup import starting
from headway.backup.queries import is_due, last_scheduled, under_way
from headway.db import Database
from headway.settings import Settings


async def back_up(database: Database, settings: Settings, at: datetime) -> None:
    """Starts a backup and goes on: it takes minutes, and other chores do not wait for it."""
    if settings.backup_folder is None:
        return
    async with database.reading() as db:
        last = (await db.execute(last_scheduled())).one_or_none()
        busy = await db.scalar(under_way)
    every = timedelta(hours=settings.backup_every)
    if not busy and is_due(None if last is None else (last[0], last[1]), every, at):
        await asyncio.to_thread(starting.start, settings, "schedule")
