"""Charts as files of their own, legible on white and on black."""

from headway.lab.report import bars, lines
from headway.lab.report.bars import BarChart
from headway.lab.report.lines import LineChart
from headway.lab.report.look import STANDALONE


def draw(chart: LineChart | BarChart, *, narrow: bool = False) -> str:
    """For a page that brings the colours."""
    return lines.draw(chart, narrow=narrow) if isinstance(chart, LineChart) else bars.draw(chart, narrow=narrow)


def standalone(chart: LineChart | BarChart) -> str:
    """A whole file, with colours of its own."""
    drawing = draw(chart)
    end = drawing.index(">") + 1
    return f"{drawing[:end]}<style>{STANDALONE}</style>{drawing[end:]}\n"
