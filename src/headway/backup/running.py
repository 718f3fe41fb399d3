"""What the process of a backup does that nobody types: the backup, the try of it, and the oldest ones deleted."""

import contextlib
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import psycopg

from headway.backup.catalog import connected, told_in_one_line
from headway.backup.loading import MakeTables
from headway.backup.recording import forget, note_taken, note_tried, note_trying, recorded_as
from headway.backup.starting import LOCK
from headway.backup.taking import take
from headway.backup.trying import try_restore
from headway.clock import now
from headway.console import CannotStart
from headway.settings import Settings

GOOD = "SELECT file FROM backup WHERE ok"
FAILED = "SELECT file FROM backup WHERE NOT ok ORDER BY at DESC OFFSET 1"
OURS = re.compile(r"headway-\d{8}-\d{6}\.zip")


def run(
    settings: Settings, means: str, known: Collection[str], make_tables: MakeTables, begun: UUID | None = None
) -> bool:
    """One backup, the try of a restore, and the oldest ones deleted. False where another one is under way.

    Args:
        begun: its row, where whoever asked for it has written one.

    Raises:
        CannotStart: it failed; its row says so too.
    """
    folder = settings.backup_folder
    if folder is None:
        raise CannotStart("HEADWAY_BACKUP_FOLDER is not set, so there is nowhere to put a backup.")
    with alone(settings) as mine:
        if not mine:
            forget(settings, begun)
            return False
        file = folder / named(now())
        try:
            with recorded_as(settings, file, means, begun) as row:
                make_folder(folder)
                clear_away(folder)
                note_taken(settings, row, take(settings, file))
                note_trying(settings, row)
                note_tried(settings, row, try_restore(settings, file, known, make_tables))
        finally:
            keep_newest(settings, folder)
    return True


@contextlib.contextmanager
def alone(settings: Settings) -> Iterator[bool]:
    """Whether no other backup of this kind is under way on this database; none begins while this is held."""
    with connected(settings) as db, told_in_one_line():
        # Of a transaction, so that it works behind PgBouncer; it has no snapshot, so it holds nobody up.
        db.execute("BEGIN")
        db.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        row = db.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK]).fetchone()
        try:
            yield bool(row and row[0])
        finally:
            with contextlib.suppress(psycopg.Error):
                db.execute("ROLLBACK")


def named(at: datetime) -> str:
    """A name that sorts by time."""
    return f"headway-{at:%Y%m%d-%H%M%S}.zip"


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"{folder} cannot be made: {error.strerror}.") from None


def clear_away(folder: Path) -> None:
    """Removes what killed ones have left half written: nobody else is at it."""
    with contextlib.suppress(OSError):
        for file in folder.glob("headway-*.zip.partial"):
            if OURS.fullmatch(file.name.removesuffix(".partial")):
                file.unlink(missing_ok=True)


def keep_newest(settings: Settings, folder: Path) -> None:
    """Deletes what was made here before the oldest of the good ones that are kept, and all failed ones but the newest.

    Only good ones count, so that a week of failures does not push the last good one out.
    """
    with contextlib.suppress(OSError, CannotStart, psycopg.Error), connected(settings) as db:
        good = [Path(file) for (file,) in db.execute(GOOD)]
        failed = [Path(file) for (file,) in db.execute(FAILED)]
        kept = sorted((file.name for file in good if file.parent == folder and file.exists()), reverse=True)
        oldest = kept[settings.backup_keep - 1] if len(kept) >= settings.backup_keep else ""
        for file in folder.iterdir():
            if OURS.fullmatch(file.name) and (file.name < oldest or file in failed):
                file.unlink(missing_ok=True)
