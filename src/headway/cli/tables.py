"""Rows on a console: a table where somebody looks, tab-separated lines where a program reads."""

from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text


def show_rows(columns: Sequence[str], rows: Sequence[Sequence[str]], wide: str) -> None:
    """Prints rows of text; the column named `wide` takes the room that is left."""
    console = Console()
    if not console.is_terminal:
        for row in rows:
            click.echo("\t".join(printable(cell) for cell in row))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, ratio=1 if column == wide else None, no_wrap=column != wide, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console.print(table)


def printable(words: str) -> str:
    """Without what a terminal would obey: a title must not move the cursor or break a line."""
    return "".join(c if c.isprintable() else " " for c in words)


def printable_lines(words: str) -> str:
    """The same for text of several lines."""
    return "\n".join(printable(line) for line in words.split("\n"))
