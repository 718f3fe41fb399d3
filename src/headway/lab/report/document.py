"""What a report is made of, before it is HTML or Markdown: both are written from the same sections."""

from collections.abc import Sequence
from dataclasses import dataclass

from headway.lab.report.bars import BarChart
from headway.lab.report.lines import LineChart
from headway.runs.schemas import Claim

# A figure, or a figure and what stands below it in small letters.
Cell = str | tuple[str, str]


@dataclass(frozen=True)
class Heading:
    """Within a section."""

    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Notice:
    """What has to be read before the figures are: shown in a frame."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Code:
    """A command."""

    text: str


@dataclass(frozen=True)
class Table:
    """The first column is text, the others are figures unless `words` names their position."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    words: frozenset[int] = frozenset({0})
    fold: str | None = None  # where it is long: what its closed lid says
    caption: str | None = None


@dataclass(frozen=True)
class Figure:
    """A drawing: its file's name in a repository, and the sentence below it."""

    name: str
    chart: LineChart | BarChart
    caption: str


@dataclass(frozen=True)
class Verdicts:
    """How many claims got which verdict."""

    claims: Sequence[Claim]


@dataclass(frozen=True)
class Claims:
    """The claims of one group."""

    group: str
    claims: Sequence[Claim]


Block = Heading | Text | Notice | Points | Code | Table | Figure | Verdicts | Claims


@dataclass(frozen=True)
class Section:
    """A heading and what follows it. One without blocks is left out."""

    id: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Document:
    """The whole report."""

    title: str
    subtitle: str
    lead: Sequence[Block]
    sections: Sequence[Section]
