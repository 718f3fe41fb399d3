"""`headway doctor`: the guide's checklist as checks of this installation, each with a figure or a fix."""

import contextlib
import io
import json
import sys
from collections.abc import Sequence
from importlib.metadata import version
from itertools import groupby

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from headway.cli.tables import printable
from headway.doctor.examine import examine
from headway.doctor.findings import STATES, Finding, State, as_json, worst
from headway.settings import Settings

MARKS: dict[State, tuple[str, str, str]] = {  # mark, the same in ASCII, color
    "ok": ("✓", "+", "green"),
    "warning": ("!", "!", "yellow"),
    "wrong": ("✗", "x", "bold red"),
    "not set up": ("○", "o", "dim"),
    "not checked": ("–", "-", "dim"),
}
WIDTH_OF_A_FILE = 160


@click.command()
@click.option("--json", "for_programs", is_flag=True, help="For programs: one JSON document.")
@click.option("--home", metavar="DIR", help="Folder of the data [HEADWAY_HOME, or the platform's usual place].")
def doctor(for_programs: bool, home: str | None) -> None:
    """Check this installation: drivers, code, database, and the app itself under real requests.

    Works beside a running server or without one, and changes nothing. Exit code 1 where something is wrong.
    """
    # The app that is tried in here logs the failures that it is made to have.
    with looking(), contextlib.redirect_stdout(io.StringIO()):
        settings, findings = examine(home)
    if for_programs:
        click.echo(json.dumps(document(settings, findings), indent=2))
    else:
        show(settings, findings)
    sys.exit(1 if worst(findings) == "wrong" else 0)


def looking() -> contextlib.AbstractContextManager[object]:
    """Something that moves while it takes its seconds, where somebody looks."""
    console = Console(stderr=True)
    return console.status("Looking at it …") if console.is_terminal else contextlib.nullcontext()


def document(settings: Settings | None, findings: Sequence[Finding]) -> dict[str, object]:
    """What --json prints."""
    return {
        "format": 1,
        "headway": version("headway"),
        "home": str(settings.home) if settings else None,
        "state": worst(findings),
        "checks": as_json(findings),
    }


def show(settings: Settings | None, findings: Sequence[Finding]) -> None:
    """A group at a time: mark, name, word, figure; below it what to do."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH_OF_A_FILE
    with console.capture() as captured:
        print_groups(console, settings, findings)
    # Columns are filled up with blanks, which nobody wants to copy along.
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def print_groups(console: Console, settings: Settings | None, findings: Sequence[Finding]) -> None:
    where = f" at {printable(str(settings.home))}" if settings else ""
    console.print(Text(f"Headway {version('headway')}{where}", style="bold"))
    widths = max(len(one.name) for one in findings), max(len(state) for state in STATES)
    for group, members in groupby(findings, key=lambda one: one.group):
        console.print(Text(f"\n{group}", style="bold"))
        console.print(rows(list(members), widths, plain=console.encoding not in ("utf-8", "utf8")))
    console.print(Text(f"\n{in_short(findings)}"))


def rows(findings: Sequence[Finding], widths: tuple[int, int], *, plain: bool) -> Table:
    """One group's lines; the figure takes the room that is left and wraps there."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, min_width=widths[0])
    table.add_column(no_wrap=True, min_width=widths[1])
    table.add_column(overflow="fold")
    for one in findings:
        mark, ascii_mark, color = MARKS[one.state]
        figure = Text(printable(one.figure))
        if one.fix:
            figure.append(f"\n{'->' if plain else '→'} {printable(one.fix)}", style="bold")
        table.add_row(Text(f" {ascii_mark if plain else mark}", color), one.name, Text(one.state, color), figure)
    return table


def in_short(findings: Sequence[Finding]) -> str:
    """16 ok, 1 warning, 1 not set up. Nothing is wrong."""
    counts = [(state, sum(one.state == state for one in findings)) for state in reversed(STATES)]
    told = ", ".join(f"{count} {state}" for state, count in counts if count)
    return f"{told}." if worst(findings) == "wrong" else f"{told}. Nothing is wrong."
