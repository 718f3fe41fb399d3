"""The order of the checks, and what is left out when something before it is missing."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import headway
from headway.console import CannotStart
from headway.doctor import setup, source
from headway.doctor.findings import Finding, not_checked, refused
from headway.doctor.lab import last_lab_run
from headway.doctor.mail import mail
from headway.postgres.embedded import joined_or_started
from headway.settings import Settings, load_settings

DATABASE_CHECKS = ("Migrations", "Connections", "Disk", "Clock", "Backups")
APP_CHECKS = ("Event loop", "Sessions", "Rollback", "100 at once")
NEEDED = ("PostgreSQL", "Migrations")  # without these the app cannot be tried


def examine(home: str | None) -> tuple[Settings | None, list[Finding]]:
    """Every check, in the order in which they are shown; without the settings when those cannot be read."""
    found = [setup.asyncpg_installed()]
    found.append(source.no_sync_session(Path(headway.__path__[0])))
    try:
        settings = load_settings(home=home)
    except CannotStart as error:
        return None, in_groups([*found, refused(setup.GROUP, "Settings", str(error))])
    if found[0].state != "ok":
        unseen = not_checked("Database", ("PostgreSQL", *DATABASE_CHECKS), "needs asyncpg")
    elif settings.database_url is None and not (settings.home / "data").exists():
        unseen = [Finding("Database", "PostgreSQL", "not set up", f"{settings.home} holds none yet", "headway")]
    else:
        unseen = with_database(settings)
    return settings, in_groups([*found, *unseen, mail(settings), last_lab_run(settings.home)])


def with_database(settings: Settings) -> list[Finding]:
    """The checks that need the database; one line in their place where it cannot be reached."""
    # Imported here, so that the doctor can say that asyncpg is missing.
    import asyncpg

    from headway.doctor.app import examine_app
    from headway.doctor.database import examine_database

    found: list[Finding] = []
    try:
        with database_of(settings) as (reached, data, how):
            where = "the home's own socket" if data else reached.database().where()
            found.append(setup.url_scheme(reached, where))
            found += examine_database(reached, data, how)
            if any(one.state == "wrong" for one in found if one.name in NEEDED):
                return [*found, *not_checked("App", APP_CHECKS, "needs a database of this version")]
            return [*found, *examine_app(reached)]
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        said = next(iter(str(error).splitlines()), type(error).__name__)
        fix = "See the database's own log; its user has to own Headway's tables."
        return [*found, Finding("Database", "Access", "wrong", f"refused while it was looked at: {said}", fix)]
    except CannotStart as error:
        found.append(refused("Database", "PostgreSQL", str(error)))
        missing = [name for name in DATABASE_CHECKS if name not in {one.name for one in found}]
        return [
            *found,
            *not_checked("Database", missing, "needs the database"),
            *not_checked("App", APP_CHECKS, "needs the database"),
        ]


@contextlib.contextmanager
def database_of(settings: Settings) -> Iterator[tuple[Settings, Path | None, str]]:
    """Settings that lead to the database, joined or started for the moment; where its data is, if that is ours; how."""
    if settings.database_url is not None:
        yield settings, None, "a server of your own"
        return
    needed = settings.connections_needed()
    with joined_or_started(settings.home, binaries=settings.postgres_bin, connections=needed) as (database, started):
        how = "embedded, started for this" if started else "embedded, running"
        yield settings.model_copy(update={"database_url": database.normal_url()}), settings.home / "data", how


def in_groups(found: list[Finding]) -> list[Finding]:
    """Those of a group together, in the order in which groups come up here."""
    order = ("Setup", "Code", "Database", "App", "Lab")
    return sorted(found, key=lambda one: order.index(one.group))
