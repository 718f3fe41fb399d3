"""`headway lab targets`: Headway beside its own floor and its own growth, each figure with the target set for it."""

import contextlib
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from headway.console import CannotStart
from headway.lab.targets.rows import ROWS, chosen
from headway.lab.targets.schemas import Figure, RowOut, TargetsResult
from headway.runs import schemas

NOTHING = "–"
COLUMNS = ("row", "Headway", "beside it", "ratio", "spread", "target", "verdict")


@click.command(epilog=f"Rows: {', '.join(ROWS)}.")
@click.argument("rows", metavar="[ROW…]", nargs=-1)
@click.option(
    "--repeat", type=click.IntRange(1, 50), default=5, show_default=True, metavar="N", help="How often all is measured."
)
@click.option(
    "--seconds", type=click.FloatRange(0.1, 60), default=2, show_default=True, metavar="S", help="Of each load."
)
@click.option(
    "--viewers",
    type=click.IntRange(1, 20_000),
    default=5_000,
    show_default=True,
    metavar="N",
    help="For the live rows.",
)
@click.option("--large", is_flag=True, help="Also a database of 1,000,000 tasks: minutes to fill, 4 GB of disk.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Also write it here, with all repeats."
)
def targets(
    rows: tuple[str, ...], repeat: int, seconds: float, viewers: int, large: bool, json_file: Path | None
) -> None:
    """Measure Headway beside its own floor and its own growth, and print each figure beside its target.

    The floor is bare Starlette and raw asyncpg with the same statements, permissions and answers. Both sides take
    turns; figures are medians, with the lowest and the highest. Takes some minutes, needs nothing but this package and
    leaves nothing behind but FILE. A target that is missed is told, and is no failure.

    Ctrl-C stops it and shows what was measured until then.
    """
    if json_file and not json_file.parent.is_dir():
        raise CannotStart(f"--json {json_file}: there is no folder {json_file.parent}. Make it, or name another.")
    wanted = chosen(rows, large=large)
    # SQLAlchemy and all of Headway; not loaded for --help.
    from headway.lab.targets.bench import Size
    from headway.lab.targets.run import run_targets

    with telling() as tell:
        result = run_targets(wanted, Size(repeats=repeat, seconds=seconds, viewers=viewers), command_line(), tell)
    if result.measured:
        show(result)
    if result.ended != "finished":
        click.echo(f"headway: The measurement did not finish. {result.problem}", err=True)
    problem = keep(result, json_file)
    if problem:
        click.echo(f"headway: {problem}", err=True)
    sys.exit({"finished": 1 if problem else 0, "interrupted": 130}.get(result.ended, 1))


def command_line() -> str:
    """What was typed, without the folders of whoever did."""
    return f"headway {shlex.join(sys.argv[1:])}".replace(f"{Path.home()}{os.sep}", "~/")


@contextlib.contextmanager
def telling() -> Iterator[Callable[[schemas.Progress], None]]:
    """What progress goes to: a line on a terminal, otherwise nothing."""
    if not sys.stderr.isatty():
        yield lambda told: None
        return
    console = Console(stderr=True)
    columns = (BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("{task.description}", markup=False), console=console) as bar:
        line = bar.add_task("", total=None)
        yield lambda told: bar.update(line, total=told.of, completed=told.done, description=told.doing)


def show(result: TargetsResult) -> None:
    """On stdout: a table where somebody looks, tab-separated lines where a program reads."""
    console = Console()
    notes = [f"{row.row}: {note}" for row in result.rows for note in row.notes]
    if not console.is_terminal:
        for line in (COLUMNS, *(cells(row) for row in result.rows)):
            click.echo("\t".join(line))
        for note in (*meant(result), *notes, how(result)):
            click.echo(f"Note: {note}")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in COLUMNS:
        table.add_column(name, justify="left" if name in ("row", "verdict") else "right", overflow="fold")
    for row in result.rows:
        *others, verdict = cells(row)
        table.add_row(*others, Text(verdict, style="bold" if verdict == "not reached" else ""))
    console.print(table)
    console.print(Text("\n" + "\n".join((*meant(result), *notes, how(result))), style="dim"))


def cells(row: RowOut) -> tuple[str, ...]:
    """A row of the table. The spread is that of what the target is for."""
    judged = row.ratio if row.beside else row.headway
    return (
        row.row,
        f"{number(row.headway.median)} {row.unit}" if row.headway else NOTHING,
        f"{number(row.other.median)} {row.beside}" if row.other else NOTHING,
        f"×{number(row.ratio.median)}" if row.ratio else NOTHING,
        spread(judged, row.repeats),
        row.target,
        row.verdict,
    )


def spread(figure: Figure | None, repeats: int) -> str:
    if figure is None:
        return NOTHING
    return "one run" if repeats == 1 else f"{number(figure.least)}–{number(figure.most)}"


def number(value: float) -> str:
    """With as many digits as can matter."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def meant(result: TargetsResult) -> list[str]:
    """What each row is."""
    return [f"{row.row}: {row.what}." for row in result.rows]


def how(result: TargetsResult) -> str:
    """What the figures are, and where they were taken."""
    machine, settings = result.machine, result.settings
    return (
        f"Medians of {settings['repeats']:g} repeats. Loads are of {settings['seconds']:g} s, by {settings['users']:g} "
        "users where nothing else is said; sides take turns, and ratios and their spread are within each repeat. "
        f"Beside the floor each is one process with {settings['connections']:g} connections; else all is as it comes. "
        f"{machine.processor}, {machine.cores} cores, {machine.system}; Headway {result.versions.get('headway', '')}."
    )


def keep(result: TargetsResult, file: Path | None) -> str | None:
    """Writes the result where it is wanted; a sentence where that did not work."""
    if file is None:
        return None
    try:
        file.write_text(result.model_dump_json(indent=1) + "\n")
    except OSError as error:
        return f"{file}: {error.strerror}."
    return None
