"""The lab's own database: thrown away at the end, as durable as the one Headway ships meanwhile."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from headway.console import CannotStart
from headway.database_url import DatabaseUrl
from headway.migrations.run import migrate
from headway.postgres.embedded import throwaway_database
from headway.postgres.lock import Held, HomeLock
from headway.settings import Settings

PREFIX = "headway-lab-"
# What a seeded task takes with its labels, people and indexes, and what an empty server takes; measured, rounded up.
BYTES_A_TASK = 4_000
BYTES_EMPTY = 200_000_000


@contextlib.contextmanager
def lab_database(max_connections: int = 450, tasks: int = 0) -> Iterator[DatabaseUrl]:
    """A migrated server in a folder of its own. Also clears away what a killed run has left.

    Raises:
        CannotStart: the disk has no room for so many tasks.
    """
    clear_away()
    refuse_small_disk(tasks)
    options = {"max_connections": str(max_connections)}
    with throwaway_database(options, prefix=PREFIX, durable=True) as database:
        migrate(Settings(database_url=database.normal_url()).sync_url)
        sign_in_quickly(database)
        yield database


def sign_in_quickly(database: DatabaseUrl) -> None:
    """Thousands of connections are opened, and asyncpg does SCRAM's rounds in Python; nobody guesses this password."""
    with psycopg.connect(database.plain_url(), autocommit=True) as db:
        db.execute("SET scram_iterations = 1")
        db.execute(SQL("ALTER ROLE {} PASSWORD {}").format(Identifier(str(database.user)), Literal(database.password)))


def needed_bytes(tasks: int) -> int:
    """Of disk, at most."""
    return BYTES_EMPTY + tasks * BYTES_A_TASK


def refuse_small_disk(tasks: int) -> None:
    folder, needed = tempfile.gettempdir(), needed_bytes(tasks)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CannotStart(
            f"The lab needs {needed / 1e9:,.1f} GB of disk for {tasks:,} tasks, and {folder} has {free / 1e9:,.1f} "
            "GB left. Choose fewer with --tasks, or another folder with TMPDIR."
        )


def clear_away() -> None:
    """Removes the folders of runs that were killed: nobody holds their lock."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        lock = HomeLock(folder / "home")
        try:
            lock.acquire()
        except (Held, OSError, CannotStart):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
