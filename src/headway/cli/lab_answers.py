"""What `headway lab run` prints at the end: every claim with what was measured, and how it ended."""

from itertools import groupby
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from headway.runs import kept
from headway.runs.schemas import Claim, Result

MARKS = {
    "holds": ("✓", "green"),
    "holds only if": ("◐", "yellow"),
    "does not hold": ("✗", "red"),
    "not measured": ("·", "dim"),
}


def show_claims(result: Result) -> None:
    """Each claim with its verdict, in the guide's order."""
    console = Console()
    if not console.is_terminal:
        for one in result.claims:
            click.echo("\t".join((one.id, one.verdict, one.claimed, one.measured, one.spread, one.why)))
        return
    for group, claims in groupby(result.claims, key=lambda one: one.group):
        console.print(f"\n[bold]{group}[/bold]")
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1)
        for one in claims:
            mark, color = MARKS[one.verdict]
            table.add_row(Text(mark, style=color), in_words(one, color))
        console.print(table)


def in_words(claim: Claim, color: str) -> Text:
    """Claim, guide's figure, verdict; below it what was measured and why."""
    text = Text()
    text.append(f"{claim.claim}: {claim.claimed}  ")
    text.append(claim.verdict + (f" {claim.only_if}" if claim.only_if else ""), style=color)
    if claim.verdict != "not measured":
        text.append(f"\n{claim.measured}", style="bold")
        text.append(f"  (spread {claim.spread}; {claim.repeats} repeats)\n{claim.why}", style="dim")
    return text


def show_end(result: Result, home: Path, problems: list[str]) -> None:
    """How it ended, on stderr: where the result is, or what was the matter."""
    counts = {verdict: sum(one.verdict == verdict for one in result.claims) for verdict in MARKS}
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    click.echo(f"\n{len(result.claims)} claims: {told}. {len(result.runs)} measurements.", err=True)
    for warning in result.warnings:
        click.echo(f"Note: {warning}", err=True)
    if result.ended != "finished":
        click.echo(f"headway: The run did not finish. {result.problem}", err=True)
    for problem in problems:
        click.echo(f"headway: {problem}", err=True)
    if result.runs and not problems:
        click.echo(
            f"Kept as {kept.folder(home) / result.id}.json; read it with: headway lab report {result.id}", err=True
        )
