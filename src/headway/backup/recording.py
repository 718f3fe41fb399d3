"""The row of a backup in the database that it is of: written as it goes, so that the page can show where it is."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from headway.backup.catalog import connected, is_there
from headway.backup.taking import Taken
from headway.clock import new_id, now
from headway.console import CannotStart
from headway.settings import Settings

KEPT = 2_000  # rows, twice as many as files may be kept; older ones go


@contextlib.contextmanager
def recorded_as(settings: Settings, file: Path, means: str, row: UUID | None = None) -> Iterator[UUID | None]:
    """Writes the row of a backup that begins, or goes on with one, and says what it died of, if it does.

    None where the tables are too old to have such a row: a backup comes before an upgrade.
    """
    if row is None:
        row = begin(settings, file, means)
    else:
        change(settings, row, file=str(file), step="writing")
    try:
        yield row
    except BaseException as error:
        problem = str(error) if isinstance(error, CannotStart) else "It was interrupted."
        change(settings, row, step="failed", ok=False, problem=problem)
        raise


def begin(settings: Settings, file: Path, means: str) -> UUID | None:
    row = new_id()
    with connected(settings) as db:
        if not is_there(db, "backup"):
            return None
        db.execute(
            "INSERT INTO backup (id, file, means, at, step) VALUES (%s, %s, %s, %s, 'writing')",
            [row, str(file), means, now()],
        )
        db.execute("DELETE FROM backup WHERE id IN (SELECT id FROM backup ORDER BY at DESC OFFSET %s)", [KEPT])
    return row


def note_taken(settings: Settings, row: UUID | None, taken: Taken) -> None:
    """The file is there."""
    values = {"bytes": taken.bytes, "rows": taken.manifest.rows, "seconds": taken.seconds}
    change(settings, row, step="written", **values)


def note_trying(settings: Settings, row: UUID | None) -> None:
    """A restore of it begins."""
    change(settings, row, step="trying")


def note_tried(settings: Settings, row: UUID | None, seconds: float) -> None:
    """It has been restored and compared, and is good."""
    change(settings, row, step="tried", tried_at=now(), tried_seconds=seconds, ok=True)


def note_useless(settings: Settings, row: UUID | None, problem: str) -> None:
    """It could not be restored."""
    change(settings, row, step="failed", tried_at=now(), ok=False, problem=problem)


def change(settings: Settings, row: UUID | None, **values: Any) -> None:
    """That it cannot be written down must not hide what happened."""
    if row is None:
        return
    pairs = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values]
    statement = sql.SQL("UPDATE backup SET {} WHERE id = %(row)s").format(sql.SQL(", ").join(pairs))
    with contextlib.suppress(CannotStart, psycopg.Error), connected(settings) as db:
        db.execute(statement, {**values, "row": row})


def forget(settings: Settings, row: UUID | None) -> None:
    """Takes back the row of one that did not begin, because another was under way."""
    with contextlib.suppress(CannotStart, psycopg.Error), connected(settings) as db:
        db.execute("DELETE FROM backup WHERE id = %s", [row])
