"""How `headway lab peers` shows what it measured: a table, and below it what has to be known beside it."""

from collections.abc import Callable
from itertools import pairwise

import click
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from headway.lab.peers_schemas import Figure, First, PeersResult, Row

NOTHING = "–"
COLUMNS = ("", "users", "answers/s", "ratio", "mean ms", "p50 ms", "p99 ms", "failed", "bytes/answer")


def show_peers(result: PeersResult) -> None:
    """On stdout: a table where somebody looks, tab-separated lines where a program reads."""
    console = Console()
    if console.is_terminal:
        console.print(in_full(result))
        return
    click.echo("\t".join(("name", *COLUMNS[1:])))
    for row in result.rows:
        click.echo("\t".join(f"{value} ({beside})" if beside else value for value, beside in cells(row, result)))
    for line in (measured_how(result), *result.notes):
        click.echo(f"Note: {line}")


def in_full(result: PeersResult) -> RenderableType:
    """For a terminal."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in COLUMNS:
        table.add_column(name, justify="right" if name else "left", overflow="fold")
    for row, following in pairwise([*result.rows, None]):
        if row is None:
            continue
        shown = [
            Text.assemble(value, (f"\n{beside}", "dim")) if beside else value for value, beside in cells(row, result)
        ]
        table.add_row(*shown, end_section=following is not None and following.users != row.users)
    parts: list[RenderableType] = [table, Text(f"\n{measured_how(result)}", style="dim")]
    if result.notes:
        parts.append(Text("\nWhat does not hold, or belongs beside it:", style="bold"))
        parts += [Text(f"  · {one}") for one in result.notes]
    return Group(*parts)


def cells(row: Row, result: PeersResult) -> list[tuple[str, str]]:
    """A row of the table: each cell's figure, and what stands small beside it."""
    first = next(peer.first for peer in result.peers if peer.name == row.peer)
    return [
        (row.peer, ""),
        (f"{row.users:,}", ""),
        _cell(row.throughput, row.repeats, _rate),
        (NOTHING if row.ratio is None else f"×{row.ratio:.2f}", ""),
        _cell(row.mean, row.repeats, _ms),
        _cell(row.p50, row.repeats, _ms),
        _cell(row.p99, row.repeats, _ms),
        (f"{row.failed:,}", f"of {row.sent:,}" if row.failed else ""),
        (f"{row.bytes_per_answer.median:,.0f}" if row.bytes_per_answer else NOTHING, _first(first)),
    ]


def _cell(figure: Figure | None, repeats: int, show: Callable[[float], str]) -> tuple[str, str]:
    if figure is None:
        return NOTHING, ""
    spread = "one run" if repeats == 1 else f"{show(figure.least)}–{show(figure.most)}"
    return show(figure.median), spread


def _first(first: First) -> str:
    return f"first: {first.status}, {first.bytes:,}"


def _rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _ms(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def measured_how(result: PeersResult) -> str:
    """What the figures are, and where they were taken."""
    machine = result.machine
    return (
        f"Medians of up to {result.settings['repeats']:g} repeats of {result.settings['seconds']:g} s each, with the "
        "lowest and the highest; ratio: answers a second by those of the first address; first: the status and bytes "
        f"of the one answer before any load. Asked from {machine.processor}, {machine.cores} cores, {machine.system}; "
        f"Headway {result.versions.get('headway', '')}."
    )
