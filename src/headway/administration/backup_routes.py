"""Backups, for admins of the server: which there are, whether restoring them was tried, and one right now."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.session import Me, Person
from headway.administration.backup_answers import STARTING, BackupOut, BackupsOut
from headway.answers import refusals
from headway.audit.record import audit
from headway.backup.models import Backup
from headway.backup.queries import last_good, newest, under_way, warning
from headway.backup.starting import start
from headway.clock import new_id, now
from headway.db import Db
from headway.errors import Conflict, Forbidden
from headway.routing import Router
from headway.settings import Settings

SHOWN = 50


async def get_admin(me: Me) -> Person:
    """Whoever is asking, if the server is theirs."""
    if not me.is_admin:
        raise Forbidden("backups.admins", "Backups are for admins of this server. Ask one of them.")
    return me


Admin = Annotated[Person, Depends(get_admin, scope="function")]

router = Router(tags=["administration"], prefix="/administration/backups")


@router.get("", responses=refusals(401, 403))
async def list_backups(_: Admin, db: Db, request: Request) -> BackupsOut:
    """The newest backups, and a sentence in `warning` where there is no good and recent one."""
    return await backups_now(db, request.app.state.settings, now())


@router.post("", status_code=202, responses=refusals(401, 403, 409))
async def start_backup(me: Admin, db: Db, request: Request) -> BackupsOut:
    """Starts a backup, which is then restored on trial. 409 `backups.running` while one is under way."""
    settings: Settings = request.app.state.settings
    if settings.backup_folder is None:
        detail = "This server has no folder for backups. Set HEADWAY_BACKUP_FOLDER, or run headway backup FILE."
        raise Conflict("backups.no_folder", detail)
    at = now()
    if await is_busy(db, at):
        raise Conflict("backups.running", "A backup is being made already. Wait for it to end.")
    row, values = new_id(), {"file": "", "means": me.means, "at": at, "step": "starting"}
    await db.execute(insert(Backup), {"id": row, **values})
    await audit(db, "backup.started", by=me.person_id, means=me.means)
    answer = await backups_now(db, settings, at)
    # The process looks for its row when it has started, which takes longer than the commit.
    await asyncio.to_thread(start, settings, me.means, row)
    return answer


async def backups_now(db: AsyncSession, settings: Settings, at: datetime) -> BackupsOut:
    busy = await is_busy(db, at)
    rows = (await db.scalars(newest(SHOWN))).all()
    good_at, tried_at = (await db.execute(last_good())).one()
    every, folder = timedelta(hours=settings.backup_every), settings.backup_folder
    open_rows = [row.id for row in rows if row.ok is None and row.step != "written"]
    return BackupsOut(
        running=busy,
        folder=None if folder is None else str(folder),
        every_hours=settings.backup_every,
        keep=settings.backup_keep,
        good_at=good_at,
        tried_at=tried_at,
        warning=warning(good_at, folder is not None, every, at),
        items=[BackupOut.of(row, busy=busy and row.id in open_rows[:1]) for row in rows],
    )


async def is_busy(db: AsyncSession, at: datetime) -> bool:
    """Whether one is under way, or has just been asked for.

    Its process takes the lock before it writes in its row, so the row is read first and the lock after it: the other
    way round, a process that begins between the two would look like one that was killed.
    """
    row = (await db.scalars(newest(1))).one_or_none()
    if row is not None and row.step == "starting" and at - row.at < STARTING:
        return True
    return bool(await db.scalar(under_way))
