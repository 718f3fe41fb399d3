"""What the page, the chore and the doctor ask about backups."""

from datetime import datetime, timedelta

from sqlalchemy import Select, TextClause, func, select, text

from headway.backup.models import Backup
from headway.backup.starting import LOCK

RETRY = timedelta(hours=1)
LATE = 2.0  # times the interval; as long as one may have failed

under_way: TextClause = text(
    """
    SELECT EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = :key AND objsubid = 1
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
    """
).bindparams(key=LOCK)


def newest(limit: int) -> Select[Backup]:
    """Backups, newest first."""
    return select(Backup).order_by(Backup.at.desc(), Backup.id.desc()).limit(limit)


def last_good() -> Select[datetime | None, datetime | None]:
    """(when the newest backup that could be restored was made, when that was tried)."""
    return select(func.max(Backup.at), func.max(Backup.tried_at)).where(Backup.ok.is_(True))


def last_scheduled() -> Select[datetime, bool | None]:
    """The last one that was made by itself: when it began, and how it went."""
    return select(Backup.at, Backup.ok).where(Backup.means == "schedule").order_by(Backup.at.desc()).limit(1)


def is_due(last: tuple[datetime, bool | None] | None, every: timedelta, at: datetime) -> bool:
    """Whether it is time for another. One that failed is made again sooner."""
    if last is None:
        return True
    return at - last[0] >= (every if last[1] else min(every, RETRY))


def warning(good_at: datetime | None, folder: bool, every: timedelta, at: datetime) -> str | None:
    """What somebody who looks after this server should know, in a sentence."""
    if not folder and good_at is None:
        return "No backups are made by themselves. Set HEADWAY_BACKUP_FOLDER to a folder on another disk."
    if good_at is None:
        return "No backup has been restored on trial yet."
    if folder and at - good_at > every * LATE:
        return f"The last good backup is from {good_at:%Y-%m-%d %H:%M} UTC. See below why the later ones failed."
    if at - good_at > max(every * LATE, timedelta(days=7)):
        return f"The last good backup is from {good_at:%Y-%m-%d %H:%M} UTC."
    return None
