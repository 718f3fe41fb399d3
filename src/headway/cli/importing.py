"""`headway import …`: brings in a board from elsewhere, straight into the database."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, tzinfo
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import psycopg
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from headway.accounts.models import Person
from headway.accounts.queries import person_by_email
from headway.audit.record import audit_now
from headway.cli.batch import ready_database
from headway.console import CannotStart
from headway.db import batch_engine
from headway.errors import Problem
from headway.importers.shapes import Board
from headway.importers.trello import read_file
from headway.importers.write import Report, rows_at_most, write_board
from headway.live.bell import CHANNEL
from headway.projects.schemas import Key
from headway.settings import Settings
from headway.workspaces.models import Membership, Workspace

# How each thing is called and what it becomes, one and many, in the order of the report.
WORDS = {
    "lists": ("list, as a state", "lists, as states"),
    "labels": ("label", "labels"),
    "members": ("member, as a placeholder that cannot sign in", "members, as placeholders that cannot sign in"),
    "cards": ("card, as a task", "cards, as tasks"),
    "archived cards": ("archived card, as a task in Archived", "archived cards, as tasks in Archived"),
    "checklist items": ("checklist item, as a sub-task", "checklist items, as sub-tasks"),
    "comments": ("comment", "comments"),
}


@click.group(name="import")
def import_() -> None:
    """Bring in a board from elsewhere."""


def valid_key(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    try:
        return TypeAdapter(Key).validate_python(value.strip().upper()) if value else None
    except ValidationError:
        raise click.BadParameter("a key is 1 to 10 letters and digits that begin with a letter, such as HW.") from None


def valid_zone(ctx: click.Context, param: click.Parameter, value: str) -> tzinfo:
    if value.upper() == "UTC":  # which needs no zone database; slim containers have none
        return UTC
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter("this is not a time zone; one looks like Europe/Berlin.") from None


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--workspace", metavar="SLUG", help="Where to; may be left out while there is only one.")
@click.option("--key", metavar="KEY", callback=valid_key, help="The project's key, such as HW [from the board's name].")
@click.option("--by", metavar="EMAIL", help="On whose account [the workspace's first owner].")
@click.option("--private", is_flag=True, help="Only for the project's members and the workspace's owners.")
@click.option(
    "--timezone",
    "zone",
    metavar="ZONE",
    default="UTC",
    callback=valid_zone,
    help="Which day a due time falls on [UTC].",
)
@click.option("--dry-run", is_flag=True, help="Say what would come in; write nothing.")
@click.option("--home", metavar="DIR", help="Folder of the data [HEADWAY_HOME, or the platform's usual place].")
def trello(
    file: Path,
    workspace: str | None,
    key: str | None,
    by: str | None,
    private: bool,
    zone: tzinfo,
    dry_run: bool,
    home: str | None,
) -> None:
    """Bring in a Trello board from its JSON export.

    Run it again after a newer export: only what is new comes in, and edits made here stay.
    """
    try:
        board = read_file(file, zone)  # before any database is touched
        with ready_database(home) as settings:
            report = bring_in(settings, board, workspace, by, key, "private" if private else "workspace", dry_run)
    except Problem as problem:
        raise CannotStart(problem.detail) from None
    except OSError as error:
        raise CannotStart(f"{file}: {error.strerror or error}. Nothing was imported.") from None
    except SQLAlchemyError as error:
        first = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
        raise CannotStart(f"The database refused: {first}. Nothing was imported.") from None
    for line in told(report, board, dry_run):
        click.echo(line)


def bring_in(
    settings: Settings,
    board: Board,
    workspace: str | None,
    by: str | None,
    key: str | None,
    visibility: str,
    dry_run: bool,
) -> Report:
    """Writes the board in one transaction, then rings for whoever is looking."""
    engine = batch_engine(settings)
    try:
        with Session(engine, expire_on_commit=False) as db, progress(rows_at_most(board), board.name) as advance:
            room = find_workspace(db, workspace)
            person_id = find_person(db, room, by)
            report = write_board(db, board, room.id, person_id, key=key, visibility=visibility, advance=advance)
            if dry_run:
                db.rollback()
            else:
                audit_now(
                    db,
                    "import.run",
                    by=person_id,
                    means="cli",
                    about_id=report.project_id,
                    workspace_id=room.id,
                )
                db.commit()
    finally:
        engine.dispose()
    if not dry_run:
        ring(settings)
    return report


def find_workspace(db: Session, slug: str | None) -> Workspace:
    """The one that is meant."""
    there = list(db.scalars(select(Workspace).order_by(Workspace.slug)))
    if not there:
        raise CannotStart("There is no workspace yet. Run headway, open it in a browser and set it up first.")
    if slug is None and len(there) == 1:
        return there[0]
    slugs = ", ".join(w.slug for w in there[:20])
    if slug is None:
        raise CannotStart(f"There are several workspaces. Say which one with --workspace: {slugs}.")
    found = next((w for w in there if w.slug == slug), None)
    if found is None:
        raise CannotStart(f"There is no workspace {slug!r}. There is: {slugs}.")
    return found


def find_person(db: Session, workspace: Workspace, email: str | None) -> UUID:
    """Whose name goes on what comes in."""
    if email is None:
        owners = select(Membership.person_id).where(Membership.workspace_id == workspace.id, Membership.role == "owner")
        owner = db.scalar(owners.order_by(Membership.joined_at, Membership.person_id).limit(1))
        if owner is None:
            raise CannotStart(f"Workspace {workspace.slug} has no owner. Say on whose account with --by.")
        return owner
    person: Person | None = db.scalar(person_by_email(email))
    membership = db.get(Membership, (workspace.id, person.id)) if person else None
    if person is None or membership is None or membership.role is None:
        raise CannotStart(f"Nobody in workspace {workspace.slug} has the address {email}.")
    return person.id


@contextmanager
def progress(total: int, name: str) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; one line anywhere else."""
    console = Console(stderr=True)
    if not console.is_terminal:
        click.echo(f"Importing {name} …", err=True)
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Importing", total=total)
        yield lambda n: bar.advance(task, n)
        bar.update(task, completed=total)


def ring(settings: Settings) -> None:
    """Tells a running server to look; without it viewers would learn of the import at the next poll."""
    try:
        with psycopg.connect(settings.plain_url, autocommit=True, connect_timeout=10) as db:
            db.execute(f"NOTIFY {CHANNEL}")
    except psycopg.Error:
        click.echo("The import is saved, but a running server could not be told: it will notice by itself.", err=True)


def told(report: Report, board: Board, dry_run: bool) -> Iterator[str]:
    """The report, line by line."""
    if not report.taken and not report.is_new:
        yield f"Nothing new: everything in “{board.name}” is in project {report.key} ({report.name}) already."
    else:
        would = "would come" if dry_run else "came"
        where = f"project {report.key} ({report.name}){'' if report.is_new else ', which was here before'}"
        yield f"“{board.name}” {would} into {where}:"
        yield from counted(report.taken)
    if report.here_already:
        yield "Here already, left as it is:"
        yield from counted(report.here_already, here_already=True)
    if report.changed:
        yield "Changed on the way:"
        yield from (f"  {n:>6,}  {what}" for what, n in report.changed.items())
    if report.dropped:
        yield "Left out:"
        yield from (f"  {n:>6,}  {what}" for what, n in report.dropped.items())
    if dry_run:
        yield "This was a dry run: nothing was written."


def counted(numbers: Mapping[str, int], here_already: bool = False) -> Iterator[str]:
    """`12  cards, as tasks`; what is here already needs no word about what it became."""
    for kind, (one, many) in WORDS.items():
        if n := numbers.get(kind, 0):
            words = one if n == 1 else many
            yield f"  {n:>6,}  {words.partition(',')[0] if here_already else words}"
