"""The report as one HTML page: no script, nothing from elsewhere."""

import re
from collections.abc import Sequence

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
    Section,
    Table,
    Text,
    Verdicts,
)
from headway.lab.report.look import PAGE
from headway.lab.report.plots import draw
from headway.lab.report.svg import safe
from headway.lab.report.words import VERDICTS, counted
from headway.runs.schemas import Claim, Verdict

# The marks of the web UI's task states: a full ring, a half one, a crossed one, a dashed one.
SIGNS: dict[Verdict, str] = {
    "holds": '<circle cx="9" cy="9" r="8" fill="currentColor"/>'
    '<path d="M5.4 9.3l2.5 2.4 4.7-5" fill="none" stroke="var(--canvas)" stroke-width="1.9"/>',
    "holds only if": '<circle cx="9" cy="9" r="7.1" fill="none" stroke="currentColor" stroke-width="1.8"/>'
    '<path d="M9 1.9a7.1 7.1 0 0 1 0 14.2z" fill="currentColor"/>',
    "does not hold": '<circle cx="9" cy="9" r="7.1" fill="none" stroke="currentColor" stroke-width="1.8"/>'
    '<path d="M6 6l6 6m0-6l-6 6" stroke="currentColor" stroke-width="1.8"/>',
    "not measured": '<circle cx="9" cy="9" r="7.1" fill="none" stroke="currentColor" stroke-width="1.8" '
    'stroke-dasharray="2.6 2.6"/>',
}
CLASSES: dict[Verdict, str] = {
    "holds": "holds",
    "holds only if": "only-if",
    "does not hold": "does-not",
    "not measured": "unmeasured",
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


# A figure and its unit stay on one line.
UNIT = re.compile(r"(?<=\d) (?=(?:ms|s|MB|GB|%|users|requests)(?!\w))")


def worded(text: str) -> str:
    """For sentences."""
    return UNIT.sub("\N{NO-BREAK SPACE}", safe(text))


def html(document: Document) -> str:
    """The whole page."""
    links = " ".join(f'<a href="#{one.id}">{safe(one.title)}</a>' for one in document.sections)
    body = "".join(map(_section, document.sections))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{safe(POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{safe(document.title)}</title><style>{PAGE}</style></head>\n<body><main>"
        f'<header><h1>{safe(document.title)}</h1><p class="subtitle">{safe(document.subtitle)}</p></header>'
        f'<div class="lead">{"".join(map(_block, document.lead))}</div>'
        f'<nav aria-label="Contents">{links}</nav>\n{body}'
        "<footer>Made by headway lab. Every single run is in result.json.</footer></main></body></html>\n"
    )


def _section(section: Section) -> str:
    body = "".join(map(_block, section.blocks))
    return f'<section id="{section.id}"><h2>{safe(section.title)}</h2>{body}</section>\n'


def _block(block: Block) -> str:  # noqa: PLR0911 - one for each kind
    match block:
        case Text():
            return f"<p>{worded(block.text)}</p>"
        case Notice():
            return f'<div class="notice" role="note"><b>{safe(block.title)}</b>{_points(block.lines)}</div>'
        case Heading():
            return f"<h3>{safe(block.text)}</h3>"
        case Points():
            return _points(block.lines)
        case Code():
            return f"<pre><code>{safe(block.text)}</code></pre>"
        case Table():
            return _table(block)
        case Figure():
            drawings = draw(block.chart) + draw(block.chart, narrow=True)
            caption = f"<b>{safe(block.chart.title)}.</b> {worded(block.caption)}"
            return f"<figure>{drawings}<figcaption>{caption}</figcaption></figure>"
        case Verdicts():
            return _verdicts(block)
        case Claims():
            return _claims(block)


def _points(lines: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{worded(one)}</li>" for one in lines) + "</ul>" if lines else ""


def _table(table: Table) -> str:
    kinds = ["w" if index in table.words else "n" for index in range(len(table.columns))]
    head = "".join(
        f'<th scope="col" class="{kind}">{safe(name)}</th>' for kind, name in zip(kinds, table.columns, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f'<td class="{kind}">{_cell(one)}</td>' for kind, one in zip(kinds, row, strict=True))
        + "</tr>"
        for row in table.rows
    )
    two = " two" if len(table.columns) == 2 else ""
    whole = (
        f'<div class="scroll figures{two}" tabindex="0" role="region" aria-label="Table">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    return f"<details><summary>{safe(table.fold)}</summary>{whole}</details>" if table.fold else whole


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return safe(cell)
    return f"{safe(cell[0])}<small>{safe(cell[1])}</small>"


def _sign(verdict: Verdict) -> str:
    return f'<svg class="sign {CLASSES[verdict]}" viewBox="0 0 18 18" aria-hidden="true">{SIGNS[verdict]}</svg>'


def _verdicts(block: Verdicts) -> str:
    items = [
        f"<li>{_sign(verdict)}<b>{sum(one.verdict == verdict for one in block.claims)}</b><span>{verdict}"
        + ("…" if verdict == "holds only if" else "")
        + "</span></li>"
        for verdict in VERDICTS
        if verdict != "not measured" or any(one.verdict == verdict for one in block.claims)
    ]
    return f'<ul class="verdicts">{"".join(items)}</ul>'


def _claims(block: Claims) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Claim", "The guide", "Measured", "Verdict"))
    columns = "".join(f'<col class="c{index}">' for index in range(1, 5))
    rows = "".join(map(_claim, block.claims))
    return (
        f'<h3>{safe(block.group)}</h3><table class="claims"><colgroup>{columns}</colgroup>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _claim(claim: Claim) -> str:
    conditions = f"<small>{worded(claim.conditions)}</small>" if claim.conditions else ""
    figures = "".join(f"<span>{worded(part)}</span>" for part in claim.measured.split("; "))
    repeats = counted(claim.repeats, "repeat", "repeats")
    told = f"Spread over {repeats}: {worded(claim.spread)}" if claim.repeats > 1 else "One run: no spread"
    spread = f"<small>{told}</small>" if claim.repeats else ""
    # A condition belongs to the verdict: read without it, the verdict would be another one.
    verdict = f"{claim.verdict} …" if claim.only_if else claim.verdict
    only_if = f'<span class="if">… {safe(claim.only_if)}.</span>' if claim.only_if else ""
    return (
        f'<tr id="{safe(claim.id)}"><td><span class="claim">{safe(claim.claim)}</span>'
        f'{conditions}<span class="id">{safe(claim.id)}</span></td>'
        f'<td class="said" data-label="The guide">{safe(claim.claimed)}</td>'
        f'<td class="measured" data-label="Measured">{figures}{spread}</td>'
        f'<td data-label="Verdict"><span class="verdict {CLASSES[claim.verdict]}">{_sign(claim.verdict)}{verdict}'
        f"</span>{only_if}{worded(claim.why)}</td></tr>"
    )
