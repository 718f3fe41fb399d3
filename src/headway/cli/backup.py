"""`headway backup FILE` and `headway restore FILE`."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from headway.backup.archive import opened
from headway.backup.recording import note_taken, note_tried, recorded_as
from headway.backup.restoring import Restored, forget_replaced
from headway.backup.restoring import restore as restore_archive
from headway.backup.taking import Progress as Told
from headway.backup.taking import take
from headway.backup.trying import try_restore
from headway.cli.restoring import at_home, finish, make_tables, revisions_here
from headway.console import CannotStart
from headway.postgres.embedded import joined_or_started
from headway.postgres.outside import check_outside_database
from headway.settings import Settings, load_settings

HOME = click.option("--home", metavar="DIR", help="Folder of the data [HEADWAY_HOME, or the platform's usual place].")


@click.command()
@click.argument("file", metavar="FILE")
@HOME
@click.option("--try", "tried", is_flag=True, help="Also restore it into a scratch database, and compare every table.")
def backup(file: str, home: str | None, tried: bool) -> None:
    """Write everything into FILE, as it is at one moment. People may go on working."""
    settings, path = load_settings(home=home), Path(file).absolute()
    with reached(settings) as there, recorded_as(there, path, "cli") as row:
        with progress("Backing up") as told:
            taken = take(there, path, told)
        note_taken(there, row, taken)
        click.echo(f"{path}: {size(taken.bytes)}, {taken.manifest.rows:,} rows, in {taken.seconds:.1f} s")
        if tried:
            with progress("Trying it") as told:
                seconds = try_restore(there, path, revisions_here(), make_tables, told)
            note_tried(there, row, seconds)
            click.echo(f"Restored into a scratch database and compared, in {seconds:.1f} s: every row is there.")


@click.command()
@click.argument("file", metavar="FILE", required=False)
@HOME
@click.option("--replace", is_flag=True, help="Also where people have accounts already; theirs is put aside.")
@click.option("--forget", is_flag=True, help="Instead of restoring: remove what earlier restores have put aside.")
def restore(file: str | None, home: str | None, replace: bool, forget: bool) -> None:
    """Bring everything in FILE back. Headway must not be running.

    FILE is checked to its last byte, restored into a database beside the present one, and compared; only then does it
    come in its place, in one step. Everybody has to sign in again.
    """
    if forget == (file is not None):
        raise click.UsageError("Name the FILE to restore, or say --forget.")
    settings = load_settings(home=home)
    if file is None:
        with reached(settings) as there:
            for name in forget_replaced(there):
                click.echo(f"Removed {name}")
        return
    path = Path(file).absolute()
    with opened(path) as archive:
        manifest = archive.manifest
        if manifest.schema_revision not in revisions_here():
            raise CannotStart(
                f"{path} was made by a newer Headway ({manifest.headway}, at {manifest.schema_revision}). Install that "
                "version, and restore with it."
            )
        say(f"{path} is whole: {manifest.rows:,} rows of {manifest.taken_at:%Y-%m-%d %H:%M} UTC")
        with at_home(settings, say) as (there, is_ours_alone), progress("Restoring") as told:
            done = restore_archive(
                there,
                archive,
                replace_people=replace,
                is_ours_alone=is_ours_alone,
                make_tables=make_tables,
                finish=finish,
                say=say,
                progress=told,
            )
    tell(done, manifest.rows)


def tell(done: Restored, rows: int) -> None:
    """What is there now, and where what was there before is."""
    click.echo(f"Restored {rows:,} rows in {done.seconds:.1f} s. Everybody has to sign in again.")
    if done.left_out:
        say(f"Left out, because they are not Headway's: {', '.join(done.left_out)}")
    if done.replaced:
        click.echo(f"What was there before is kept as database {done.replaced}, on the same server.")
        click.echo("When you have looked at what is there now, remove it with: headway restore --forget")


@contextlib.contextmanager
def reached(settings: Settings) -> Iterator[Settings]:
    """Settings that lead to a running database, as it is: nothing is brought up to date."""
    if settings.database_url is not None:
        check_outside_database(settings)
        yield settings
        return
    if not (settings.home / "data").exists():
        raise CannotStart(f"{settings.home} holds no database yet. Choose another folder with --home.")
    with joined_or_started(settings.home, binaries=settings.postgres_bin, say=say) as (database, _):
        yield settings.model_copy(update={"database_url": database.normal_url()})


@contextlib.contextmanager
def progress(title: str) -> Iterator[Told]:
    """A bar on a terminal's stderr; elsewhere a line every few seconds."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        last = time.monotonic()

        def line(what: str, share: float) -> None:
            nonlocal last
            if time.monotonic() - last > 5:
                last = time.monotonic()
                say(f"{title}: {share:.0%} ({what})")

        yield line
        return
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} % {task.fields[what]}")
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task(title, total=1.0, what="")
        yield lambda what, share: bar.update(task, completed=share, what=what)


def say(line: str) -> None:
    click.echo(line, err=True)


def size(count: int) -> str:
    """12,300,000 as 12.3 MB."""
    for unit, of in (("GB", 1e9), ("MB", 1e6)):
        if count >= of:
            return f"{count / of:,.1f} {unit}"
    return f"{count / 1e3:,.1f} kB"
