"""Brings a database to this version's tables. Safe to run twice, or from two processes at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

# Any number would do, as long as every Headway takes the same one.
ADVISORY_LOCK = 4_839_201


def config_for(connection: Connection) -> Config:
    """Alembic's configuration, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(sync_url: str) -> None:
    """Runs what is missing, in order, each migration in a transaction of its own with the others.

    Args:
        sync_url: `postgresql+psycopg://…`; the role must be allowed to create tables and the pg_trgm extension.
    """
    engine = create_engine(sync_url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            command.upgrade(config_for(connection), "head")
    finally:
        engine.dispose()
