"""`headway lab`: measure the guide's claims on this machine, write the report, compare two runs."""

import contextlib
import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import click
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from headway.cli.lab_answers import show_claims, show_end
from headway.cli.lab_peers import peers
from headway.cli.lab_targets import targets
from headway.console import CannotStart
from headway.lab import compare as comparing
from headway.lab import report as reporting
from headway.lab.plan import FULL, QUICK, Plan, Wanted, plan
from headway.lab.run import run_lab
from headway.runs import kept, schemas
from headway.settings import load_settings

HOME = click.option("--home", metavar="DIR", help="Whose lab folder keeps the runs [HEADWAY_HOME, or the usual place].")


@click.group()
def lab() -> None:
    """Run every claim of the async guide on this machine."""


@lab.command()
@click.option("--quick", is_flag=True, help="Under a minute: the first table, fewer stacks and users.")
@click.option("--claim", "claims", multiple=True, metavar="ID", help="Only what this claim needs; may be repeated.")
@click.option("--stack", "stacks", multiple=True, metavar="KEY", help="Only this stack; may be repeated.")
@click.option("--users", metavar="N,N,…", help="Other numbers of users than the guide's, such as 1,50,400.")
@click.option("--repeat", type=click.IntRange(1, 50), metavar="N", help="How often everything is measured.")
@click.option("--tasks", type=click.IntRange(min=1_000), metavar="N", help="Size of the database [200000].")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write the result here."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Where stacks listen [any free port]."
)
@click.option(
    "--progress", type=click.Choice(["bar", "lines", "none"]), help="How to tell how far it is; lines are JSON."
)
@click.option("--stdin-is-owner", is_flag=True, hidden=True, help="Stop when stdin ends.")
@HOME
def run(
    quick: bool,
    claims: tuple[str, ...],
    stacks: tuple[str, ...],
    users: str | None,
    repeat: int | None,
    tasks: int | None,
    json_file: Path | None,
    port: int,
    progress: str | None,
    stdin_is_owner: bool,
    home: str | None,
) -> None:
    """Measure. Takes some eight minutes, needs nothing but this package, and leaves only its result.

    Ctrl-C stops it; what was measured until then is scored and kept.
    """
    size = QUICK if quick else FULL
    if tasks:
        size = replace(size, tasks=tasks, batch_rows=min(size.batch_rows, tasks))
    if repeat:
        size = replace(size, repeats=repeat, side_repeats=repeat)
    what = plan(size, Wanted(claims, stacks, numbers(users)))
    folder = load_settings(home=home).home
    shown = progress or ("bar" if sys.stderr.isatty() else "none")
    if stdin_is_owner:
        threading.Thread(target=stop_with_owner, daemon=True).start()
    with kept.lab_lock(folder), telling(shown, what) as tell:
        result = run_lab(what, command=command_line(sys.argv[1:]), tell=tell, port=port)
        problems = keep(result, folder, json_file)
    if shown == "lines":
        click.echo(schemas.Ended(id=result.id, ended=result.ended, problem=result.problem).model_dump_json())
    else:
        show_claims(result)
    show_end(result, folder, problems)
    sys.exit({"finished": 1 if problems else 0, "interrupted": 130}.get(result.ended, 1))


def command_line(arguments: list[str]) -> str:
    """What to type to measure the same; where the result went and how progress was told make no difference."""
    told = list(arguments)
    for option in ("--home", "--json", "--progress"):
        if option in told:
            place = told.index(option)
            del told[place : place + 2]
    return f"headway {shlex.join(one for one in told if one != '--stdin-is-owner')}"


def numbers(text: str | None) -> tuple[int, ...]:
    """1,50,400 as numbers."""
    try:
        found = tuple(sorted({int(one) for one in (text or "").split(",") if one.strip()}))
    except ValueError:
        raise CannotStart(f"--users {text}: give whole numbers with commas between, such as 1,50,400.") from None
    if any(not 1 <= one <= 10_000 for one in found):
        raise CannotStart(f"--users {text}: give numbers from 1 to 10,000.")
    return found


def stop_with_owner() -> None:
    """Whoever started this has the other end of stdin; when that goes, so do we."""
    while sys.stdin.readline():
        pass
    os.kill(os.getpid(), signal.SIGINT)


@contextlib.contextmanager
def telling(how: str, what: Plan) -> Iterator[Callable[[schemas.Progress], None]]:
    """What the run's progress goes to."""
    if how == "lines":
        yield lambda told: click.echo(told.model_dump_json())
    elif how == "none":
        yield lambda told: None
    else:
        columns = (BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[left]}"))
        with Progress(*columns, TextColumn("{task.description}"), console=Console(stderr=True)) as bar:
            line = bar.add_task("", total=what.steps, left="")

            def tell(told: schemas.Progress) -> None:
                left = "" if told.seconds_left is None else f"about {told.seconds_left:.0f} s left"
                bar.update(line, completed=told.done, description=told.doing, left=left)

            yield tell


def keep(result: schemas.Result, home: Path, json_file: Path | None) -> list[str]:
    """Saves the result; what could not be written, as sentences. A run that measured nothing is not kept."""
    problems = []
    if result.runs:
        try:
            kept.save(home, result)
            kept.save_report(home, result.id, reporting.html_text(result))
        except OSError as error:
            problems.append(f"The result could not be kept in {kept.folder(home)}: {error.strerror}.")
    if json_file:
        try:
            json_file.write_text(result.model_dump_json(indent=1) + "\n")
        except OSError as error:
            where = "" if problems or not result.runs else f" It is kept in {kept.folder(home)}."
            problems.append(f"{json_file}: {error.strerror}.{where}")
    return problems


def result_of(name: str | None, home: Path) -> schemas.Result:
    """A file, the id of a kept run, or the newest one.

    Raises:
        CannotStart: there is none, or it is not a result.
    """
    if name is None:
        newest = next((one.id for one in kept.list_runs(home)), None)
        if newest is None:
            raise CannotStart(f"{kept.folder(home)} holds no run yet. Make one: headway lab run")
        return kept.load(home, newest)
    file = Path(name)
    if not file.is_file():
        return kept.load(home, name)
    try:
        return schemas.Result.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise CannotStart(f"{file} is not a result of `headway lab run --json` ({where}: {first['msg']}).") from None


@lab.command()
@click.argument("which", metavar="[RUN|FILE]", required=False)
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("lab-report"), show_default=True
)
@HOME
def report(which: str | None, folder: Path, home: str | None) -> None:
    """Write a run as a page of HTML, as Markdown with pictures, and as JSON. Without RUN: the newest."""
    result = result_of(which, load_settings(home=home).home)
    try:
        reporting.write(result, folder)
    except OSError as error:
        raise CannotStart(f"{error.filename or folder}: {error.strerror}.") from None
    click.echo(f"Written: {folder / 'report.html'}, report.md with its pictures, result.json")


@lab.command("list")
@HOME
def list_(home: str | None) -> None:
    """List the runs that are kept."""
    for one in kept.list_runs(load_settings(home=home).home):
        click.echo(f"{one.id}\t{one.ended}\t{one.command}")


@lab.command()
@click.argument("one", metavar="RUN|FILE")
@click.argument("other", metavar="RUN|FILE")
@HOME
def compare(one: str, other: str, home: str | None) -> None:
    """What differs between two runs: same within the spread, or by how much; and verdicts that changed."""
    folder = load_settings(home=home).home
    compared = comparing.compare(result_of(one, folder), result_of(other, folder))
    Console().print(comparing.text(compared))


lab.add_command(peers)
lab.add_command(targets)
