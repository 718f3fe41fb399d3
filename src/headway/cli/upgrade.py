"""`headway upgrade`: a backup, a rehearsal on it, and then the real thing."""

import sys
import time
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from headway.audit.record import audit_now
from headway.backup.catalog import connected, is_there, revision_of
from headway.backup.recording import note_taken, recorded_as
from headway.backup.running import OURS, alone, make_folder, named
from headway.backup.taking import take
from headway.cli.backup import HOME, progress, reached, say, size
from headway.cli.restoring import make_tables
from headway.clock import now
from headway.console import CannotStart
from headway.db import batch_engine
from headway.migrations.known import migrations_here
from headway.migrations.run import migrate
from headway.settings import Settings, load_settings
from headway.upgrade.rehearsal import Rehearsal, rehearse

GOOD_FILES = "SELECT file FROM backup WHERE ok IS NOT FALSE AND bytes IS NOT NULL ORDER BY at DESC LIMIT 20"
WIDTH_OF_A_FILE = 100


@click.command()
@click.argument("file", metavar="[FILE]", required=False)
@HOME
@click.option("--rehearse", "only", is_flag=True, help="Only rehearse: on FILE, or on the last backup.")
@click.option("--yes", is_flag=True, help="Do not ask before the real database is changed.")
@click.option("--without-rehearsal", is_flag=True, help="For a server where no scratch database can be made.")
def upgrade(file: str | None, home: str | None, only: bool, yes: bool, without_rehearsal: bool) -> None:
    """Bring the database to this version, after a backup and a rehearsal on it.

    The backup is restored aside, brought to this version's tables, timed and looked over: only when all is well there,
    and you say yes, the real one follows. Started again after a kill, it goes on where it was.
    """
    if file is not None and not only:
        raise click.UsageError("FILE is for --rehearse. An upgrade makes a backup of its own.")
    with reached(load_settings(home=home)) as settings:
        if only:
            path = Path(file).absolute() if file else last_backup(settings)
            if not rehearsed(settings, path):
                raise CannotStart("The rehearsal went wrong, as shown above. The real database was not touched.")
            return
        since, newest = where_it_is(settings)
        if since == newest:
            click.echo(f"The database is at {newest} already. There is nothing to upgrade.")
            return
        with alone(settings) as mine:  # a backup holds on to every table, and would make the migrations wait
            if not mine:
                raise CannotStart("A backup is being made right now. Wait for it to end, then upgrade.")
            path = safe_copy(settings)
            if not without_rehearsal and not rehearsed(settings, path):
                raise CannotStart(f"The rehearsal went wrong, as shown above. Nothing was changed. {path} is good.")
            if not yes and not agreed(since, newest):
                click.echo("Nothing was changed.")
                return
            go(settings, since, newest, path)


def where_it_is(settings: Settings) -> tuple[str, str]:
    """(the database's revision, the newest one); refuses a database that is empty, or newer than this version."""
    known, newest = migrations_here()
    with connected(settings) as db:
        at = revision_of(db)
    if at is None:
        raise CannotStart("There are no tables of Headway's in this database yet. Start headway: it makes them.")
    if at not in known:
        raise CannotStart(f"The database was last used by a newer Headway (it is at {at}). Install that version.")
    return at, newest


def safe_copy(settings: Settings) -> Path:
    """A backup of right now, in the folder for them or in the home."""
    folder = settings.backup_folder or settings.home / "backups"
    make_folder(folder)
    path = folder / named(now())
    with recorded_as(settings, path, "cli") as row, progress("Backing up") as told:
        taken = take(settings, path, told)
        note_taken(settings, row, taken)
    click.echo(f"Backed up to {path}: {size(taken.bytes)}, {taken.manifest.rows:,} rows, in {taken.seconds:.1f} s")
    return path


def last_backup(settings: Settings) -> Path:
    """The newest that the database knows of and that is still there, or the newest in the folder for them."""
    with connected(settings) as db:
        known = [Path(file) for (file,) in db.execute(GOOD_FILES)] if is_there(db, "backup") else []
    folders = [settings.backup_folder, settings.home / "backups"]
    lying = [file for folder in folders if folder and folder.is_dir() for file in folder.iterdir()]
    lying = sorted((file for file in lying if OURS.fullmatch(file.name)), key=lambda file: file.name, reverse=True)
    found = next((file for file in [*known, *lying] if file.exists()), None)
    if found is None:
        raise CannotStart("There is no backup to rehearse on. Make one, or name one: headway upgrade --rehearse FILE")
    return found


def rehearsed(settings: Settings, path: Path) -> bool:
    """Rehearses and shows what came of it; whether all is well."""
    newest = migrations_here()[1]
    with progress("Rehearsing") as told:
        found = rehearse(settings, path, newest, make_tables, migrate, say, told)
    show(found)
    return found.ok


def show(found: Rehearsal) -> None:
    """The migrations with their times, then what was looked at."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH_OF_A_FILE
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(overflow="fold")
    table.add_row("Restore", f"{found.restored_in:.1f} s", str(found.file))
    for revision, seconds in found.steps:
        table.add_row("Migration", f"{seconds:.2f} s", revision)
    if not found.steps:
        table.add_row("Migration", "", f"none: the backup is at {found.until} already")
    for check in found.checks:
        table.add_row(check.name, "ok" if check.ok else "wrong", check.figure)
    console.print(table)


def agreed(since: str, newest: str) -> bool:
    if not sys.stdin.isatty():
        raise CannotStart("All is well in the rehearsal. To go on without being asked, say --yes. Nothing was changed.")
    return click.confirm(f"Bring the real database from {since} to {newest} now?", err=True)


def go(settings: Settings, since: str, newest: str, path: Path) -> None:
    """The real thing. Each step is kept when it is done."""
    began = time.monotonic()
    try:
        migrate(settings.sync_url, newest, lambda revision, seconds: say(f"{revision}: {seconds:.2f} s"))
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        raise CannotStart(
            f"A migration failed: {reason}. What was done before it stays, and running this again goes on there. "
            f"To go back: headway restore {path} --replace, with the version that you came from."
        ) from None
    engine = batch_engine(settings)
    with Session(engine) as session, session.begin():
        audit_now(session, "database.upgraded", by=None, means="cli", since=since, until=newest)
    engine.dispose()
    click.echo(f"Upgraded to {newest} in {time.monotonic() - began:.1f} s. Restart every Headway that uses it.")
