"""The same report as Markdown, for a repository: plots are files beside it."""

import re
from collections.abc import Iterable, Sequence

from headway.lab.report.document import (
    Block,
    Cell,
    Claims,
    Code,
    Document,
    Figure,
    Heading,
    Notice,
    Points,
    Table,
    Text,
    Verdicts,
)
from headway.lab.report.words import NOTHING, SIGNS, VERDICTS
from headway.runs.schemas import Claim

# What Markdown would read as markup. Two tildes in one cell strike out what is between them, and the guide has many.
SPECIAL = re.compile(r"([\\`*_\[\]|~<>#])")


def escaped(text: str) -> str:
    """Any text as itself, on one line."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split())).replace(r"\<", "&lt;").replace(r"\>", "&gt;")


def markdown(document: Document) -> str:
    """The whole report."""
    parts = [f"# {escaped(document.title)}", escaped(document.subtitle), *_blocks(document.lead)]
    for section in document.sections:
        parts += [f"## {escaped(section.title)}", *_blocks(section.blocks)]
    parts.append("Every single run is in [result.json](result.json).")
    return "\n\n".join(part for part in parts if part) + "\n"


def _blocks(blocks: Iterable[Block]) -> list[str]:
    return [_block(block) for block in blocks]


def _block(block: Block) -> str:  # noqa: PLR0911 - one for each kind
    match block:
        case Text():
            return escaped(block.text)
        case Notice():
            return "\n".join([f"> **{escaped(block.title)}**", ">", *(f"> - {escaped(one)}" for one in block.lines)])
        case Heading():
            return f"### {escaped(block.text)}"
        case Points():
            return "\n".join(f"- {escaped(one)}" for one in block.lines)
        case Code():
            return "\n".join(f"    {one}" for one in block.text.splitlines())
        case Table():
            return _folded(block)
        case Figure():
            title = escaped(block.chart.title)
            return f"![{title}]({block.name}.svg)\n\n*{title}.* {escaped(block.caption)}"
        case Verdicts():
            number = {verdict: sum(one.verdict == verdict for one in block.claims) for verdict in VERDICTS}
            return " · ".join(f"{SIGNS[verdict]} {verdict}: {number[verdict]}" for verdict in VERDICTS)
        case Claims():
            return f"### {escaped(block.group)}\n\n{claims_table(block.claims)}"


def _folded(table: Table) -> str:
    words = [":--" if index in table.words else "--:" for index in range(len(table.columns))]
    lines = [_row(map(escaped, table.columns)), _row(words)]
    lines += [_row(map(_cell, row)) for row in table.rows]
    whole = "\n".join(lines)
    if not table.fold:
        return whole
    return f"<details><summary>{escaped(table.fold)}</summary>\n\n{whole}\n\n</details>"


def _cell(cell: Cell) -> str:
    return escaped(cell) if isinstance(cell, str) else f"{escaped(cell[0])} ({escaped(cell[1])})"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def claims_table(claims: Sequence[Claim]) -> str:
    """All columns."""
    head = ["", "Claim", "The guide", "Measured", "Spread", "Why", "Conditions"]
    lines = [_row(head), _row([":--"] * len(head))]
    for one in claims:
        repeats = f" (×{one.repeats})" if one.repeats else ""
        facts = (one.claim, one.claimed, one.measured, one.spread + repeats, one.why, one.conditions or NOTHING)
        lines.append(_row([verdict(one), *map(escaped, facts)]))
    return "\n".join(lines)


def verdict(claim: Claim) -> str:
    """With its sign, and with its condition: without that it would be another one."""
    condition = f" {escaped(claim.only_if)}" if claim.only_if else ""
    return f"{SIGNS[claim.verdict]} **{claim.verdict}**{condition}"


def claims_for_readme(claims: Sequence[Claim]) -> str:
    """Claim, guide, measured and verdict, grouped."""
    groups = dict.fromkeys(one.group for one in claims)
    parts = []
    for group in groups:
        lines = [_row([f"{escaped(group)}", "The guide", "Measured", "Verdict"]), _row([":--"] * 4)]
        for one in claims:
            if one.group == group:
                lines.append(_row([escaped(one.claim), escaped(one.claimed), escaped(one.measured), verdict(one)]))
        parts.append("\n".join(lines))
    return "\n\n".join(parts)
