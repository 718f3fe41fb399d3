"""Brings a database to this version's tables. Safe to run twice, from two processes at once, or after a kill."""

import time
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

# Any number would do, as long as every Headway takes the same one.
ADVISORY_LOCK = 4_839_201
# A migration gives up soon when it cannot have a lock, so that nobody waits long behind it, and tries again.
TRIES, PAUSE = 200, 0.25


def config_for(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(sync_url: str, to: str = "head", done: Callable[[str, float], None] | None = None) -> None:
    """Runs what is missing, in order, each migration in a transaction of its own: killed, the next run goes on there.

    Args:
        sync_url: `postgresql+psycopg://…`; the role must be allowed to create tables and the pg_trgm extension.
        to: the revision to stop at.
        done: told each revision that was reached, and the seconds it took.
    """
    engine = create_engine(sync_url, poolclass=NullPool)
    try:
        # The lock is held by a connection of its own: the other one commits after each step.
        with engine.begin() as guard:
            guard.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            guard.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            for revision in missing(engine, to):
                began = time.monotonic()
                step(engine, revision)
                if done:
                    done(revision, time.monotonic() - began)
    finally:
        engine.dispose()


def missing(engine: Engine, to: str = "head") -> list[str]:
    """The revisions that a database lacks, oldest first; none where it is newer than this Headway."""
    script = ScriptDirectory.from_config(config_for())
    with engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    return [one.revision for one in reversed(list(script.iterate_revisions(to, at or "base")))]


def step(engine: Engine, revision: str) -> None:
    """One migration and the note that it was done, in one transaction."""
    for last in (*[False] * (TRIES - 1), True):
        try:
            with engine.begin() as connection:
                command.upgrade(config_for(connection), revision)
            return
        except OperationalError as error:
            if last or not isinstance(error.orig, LockNotAvailable):
                raise
            time.sleep(PAUSE)
