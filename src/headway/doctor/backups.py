"""Whether there is a backup that could be restored, and a recent one."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg

from headway.backup.queries import warning
from headway.clock import now
from headway.doctor.findings import Finding
from headway.settings import Settings

GROUP, NAME = "Database", "Backups"
GOOD = "SELECT max(at), max(tried_at), count(*) FROM backup WHERE ok"
LAST = "SELECT ok, problem FROM backup WHERE ok IS NOT NULL ORDER BY at DESC LIMIT 1"


async def backups(db: Any, settings: Settings) -> Finding:
    """The newest good backup, when a restore was last tried, and whether the next one can be written."""
    try:
        good_at, tried_at, count = await db.fetchrow(GOOD)
        last = await db.fetchrow(LAST)
    except asyncpg.UndefinedTableError:
        return Finding(GROUP, NAME, "not checked", "needs a database of this version")
    folder = settings.backup_folder
    said = warning(good_at, folder is not None, timedelta(hours=settings.backup_every), now())
    if good_at is None and folder is None:
        fix = "Set HEADWAY_BACKUP_FOLDER to a folder on another disk, or run headway backup FILE --try now and then."
        return Finding(GROUP, NAME, "not set up", "none yet that a restore was tried of", fix)
    figure = "none yet that a restore was tried of"
    if good_at is not None:
        figure = f"{count} good; the last of {good_at:%Y-%m-%d %H:%M} UTC, its restore tried {tried_at:%Y-%m-%d %H:%M}"
    if folder is not None and not writable(folder):
        return Finding(GROUP, NAME, "wrong", f"{folder} cannot be written to; {figure}", "Make it this user's own.")
    if last is not None and not last["ok"]:
        figure = f"the last one failed: {last['problem']} {figure}"
        return Finding(GROUP, NAME, "warning", figure, "headway backup FILE --try")
    if said is not None:
        fix = "Leave Headway running, or run headway backup FILE --try"
        return Finding(GROUP, NAME, "warning", figure, fix)
    return Finding(GROUP, NAME, "ok", figure)


def writable(folder: Path) -> bool:
    """It is a folder of ours, or one can be made there."""
    above = next(one for one in (folder, *folder.parents) if one.exists())
    return above.is_dir() and os.access(above, os.W_OK | os.X_OK)
