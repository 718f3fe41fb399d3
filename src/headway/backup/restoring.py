"""Restoring: into a database beside the real one, checked there, and put in its place in one step.

Until that step nothing of the real one has been touched; a kill at any moment leaves the old one or the new one.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from headway.backup.archive import Archive
from headway.backup.catalog import Connection, connected, has_people, revision_of, told_in_one_line
from headway.backup.loading import MakeTables, load
from headway.backup.scratch import OURS_IN_THERE, Scratch, drop, elsewhere, scratch_database
from headway.backup.taking import Progress, nowhere
from headway.clock import now
from headway.console import CannotStart, Say, quiet
from headway.database_url import parse_database_url
from headway.settings import Settings

OTHER_DATABASES = ("postgres", "template1")  # a database cannot be renamed from inside
NAME = "SELECT current_database()"
GUESTS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
REPLACED = """
    SELECT datname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
    WHERE r.rolname = current_user AND starts_with(datname, left(current_database(), 40) || '_before_')
      AND right(datname, 15) ~ '^\\d{8}_\\d{6}$' ORDER BY datname
"""
SOMETHING = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() LIMIT 1"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it. `replaced` is the name under which the old database is kept, None where nothing was in it."""

    name: str
    replaced: str | None
    left_out: list[str]
    seconds: float


def restore(
    settings: Settings,
    archive: Archive,
    *,
    replace_people: bool,
    is_ours_alone: bool,
    make_tables: MakeTables,
    finish: Callable[[Settings], None],
    say: Say = quiet,
    progress: Progress = nowhere,
) -> Restored:
    """Puts an archive in the place of the database that `settings` lead to.

    Args:
        replace_people: also where people have accounts already.
        is_ours_alone: the server runs for us only, so whoever is in the database may be sent away.
        make_tables: brings an empty database to a revision.
        finish: what else has to be done with the restored one, before anybody sees it.

    Raises:
        CannotStart: refused, or failed; nothing was changed.
    """
    began = time.monotonic()
    with connected(settings) as server, told_in_one_line():
        name, worth_keeping = look_over(server, settings, replace_people, is_ours_alone)
    say("Making a database to restore into")
    with scratch_database(settings) as scratch:
        say("Restoring the tables, and comparing every one with the backup")
        left_out = load(scratch.settings, archive, make_tables, progress)
        say("Bringing it up to date")
        with told_in_one_line():
            finish(scratch.settings)
        kept_as = f"{name[:40]}_before_{now():%Y%m%d_%H%M%S}"
        say("Putting it in place")
        swap(settings, scratch, name, kept_as, is_ours_alone)
    if not worth_keeping:
        with contextlib.suppress(CannotStart, psycopg.Error), connected(settings) as server:
            drop(server, kept_as)
    return Restored(name, kept_as if worth_keeping else None, left_out, time.monotonic() - began)


def look_over(server: Connection, settings: Settings, replace_people: bool, is_ours_alone: bool) -> tuple[str, bool]:
    """(the database's name, whether what is in it must be kept). Refuses what must not be written over."""
    row = server.execute(NAME).fetchone()
    assert row is not None
    name, where = str(row[0]), settings.database().where()
    revision, is_empty = revision_of(server), server.execute(SOMETHING).fetchone() is None
    if revision is None and not is_empty:
        raise CannotStart(f"{where} holds tables that are not Headway's. Restore into a database of its own.")
    people = has_people(server)
    if people and not replace_people:
        raise CannotStart(
            f"{where} holds people's accounts already. Nothing was changed. With --replace they are put aside, and "
            "the backup comes in their place."
        )
    if not is_ours_alone:
        refuse_guests(server, name)
    return name, people


def refuse_guests(server: Connection, name: str) -> None:
    row = server.execute(GUESTS, [name]).fetchone()
    if row and row[0]:
        raise CannotStart(
            f"Database {name} is in use: {row[0]} connections are open. Stop Headway, and whoever else is in there, "
            "then restore."
        )


def swap(settings: Settings, scratch: Scratch, name: str, kept_as: str, is_ours_alone: bool) -> None:
    """Two renames in one transaction: a crash in between is as if nothing had happened."""
    with beside(settings) as server, told_in_one_line("The restored database could not be put in place"):
        if is_ours_alone:
            server.execute(OURS_IN_THERE, [name])
        else:
            refuse_guests(server, name)
        scratch.leave()
        server.execute(OURS_IN_THERE, [scratch.name])
        with server.transaction():
            server.execute("SET LOCAL lock_timeout = '10s'")
            for old, new in ((name, kept_as), (scratch.name, name)):
                words = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
                server.execute(words)
    scratch.kept = True


@contextlib.contextmanager
def beside(settings: Settings) -> Iterator[Connection]:
    """A connection to the same server, in neither of the two databases."""
    refusal: CannotStart | None = None
    for other in OTHER_DATABASES:
        if parse_database_url(settings.database_url or "").name == other:
            continue
        try:
            connection = connected(elsewhere(settings, other))
            server = connection.__enter__()
        except CannotStart as error:
            refusal = error
            continue
        try:
            yield server
        finally:
            connection.__exit__(None, None, None)
        return
    raise refusal or CannotStart("There is no other database to rename this one from.")


def forget_replaced(settings: Settings) -> list[str]:
    """Drops the databases that restores have put aside; their names."""
    with connected(settings) as server, told_in_one_line():
        found = [str(name) for (name,) in server.execute(REPLACED)]
        for name in found:
            drop(server, name)
    return found
