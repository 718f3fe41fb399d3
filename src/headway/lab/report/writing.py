"""A result's report: as a page, as Markdown with plots, as JSON."""

from pathlib import Path

from headway.lab.report.contents import document
from headway.lab.report.document import Document, Figure
from headway.lab.report.markdown import claims_for_readme, escaped, markdown
from headway.lab.report.page import html
from headway.lab.report.plots import standalone
from headway.lab.report.summary import counts
from headway.lab.report.words import day
from headway.runs.schemas import Result

PLOTS = ("one-call", "link", "mix-throughput", "mix-wait", "memory", "cpu")


def html_text(result: Result) -> str:
    """One self-contained page, to be read without a script."""
    return html(document(result))


def markdown_text(result: Result) -> str:
    """The same for a repository; it shows the plots that `write` leaves beside it."""
    return markdown(document(result))


def claims_markdown(result: Result) -> str:
    """The claims as tables for a README, with the run that they come from."""
    one = result.machine
    source = f"{counts(result)} {day(result.started_at)}, {one.processor}, {one.cores} cores, run {result.id}" + (
        "." if result.ended == "finished" else f" ({result.ended}, not whole)."
    )
    return f"{escaped(source)}\n\n{claims_for_readme(result.claims)}\n"


def write(result: Result, folder: Path) -> None:
    """Leaves report.html, report.md, its plots and result.json in the folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    told = document(result)
    (folder / "report.html").write_text(html(told), encoding="utf-8")
    (folder / "report.md").write_text(markdown(told), encoding="utf-8")
    (folder / "result.json").write_text(result.model_dump_json(indent=1) + "\n", encoding="utf-8")
    drawings = plots(told)
    for name in PLOTS:
        path = folder / f"{name}.svg"
        if name in drawings:
            path.write_text(drawings[name], encoding="utf-8")
        else:
            # An older report in this folder may have had more to draw.
            path.unlink(missing_ok=True)


def plots(told: Document) -> dict[str, str]:
    """The drawings of a report by name, as whole SVG files."""
    blocks = [block for section in told.sections for block in section.blocks]
    return {block.name: standalone(block.chart) for block in blocks if isinstance(block, Figure)}
