"""The database for commands that work on it directly: joined where a server runs, started for the moment otherwise."""

import contextlib
from collections.abc import Iterator

import click
import psycopg

from headway.cli.readiness import bring_up_to_date
from headway.console import CannotStart
from headway.postgres.embedded import joined_or_started
from headway.postgres.outside import check_outside_database
from headway.settings import Settings, load_settings


@contextlib.contextmanager
def ready_database(home: str | None = None) -> Iterator[Settings]:
    """Settings whose `sync_url` leads to a database that is running and up to date.

    What happens meanwhile is told on stderr; what cannot be done is a CannotStart.
    """
    settings = load_settings(home=home)
    if settings.database_url is not None:
        check_outside_database(settings)
        yield _migrated(settings)
        return
    with joined_or_started(settings.home, binaries=settings.postgres_bin, say=tell) as (database, _):
        yield _migrated(settings.model_copy(update={"database_url": database.normal_url()}))


def _migrated(settings: Settings) -> Settings:
    try:
        with psycopg.connect(settings.plain_url, autocommit=True, connect_timeout=10) as db:
            bring_up_to_date(db, settings, tell)
    except psycopg.Error as error:
        raise CannotStart(f"The database refused: {str(error).splitlines()[0]}.") from None
    return settings


def tell(line: str) -> None:
    click.echo(line, err=True)
