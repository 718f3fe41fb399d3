"""A chart of lines over the number of users, each with its spread, its mark and its name at its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from headway.lab.report import svg
from headway.lab.report.scales import Scale, linear, logarithmic


@dataclass(frozen=True)
class Point:
    """The median over the repeats, and the least and the most of them."""

    x: float
    y: float
    low: float
    high: float
    unanswered: str | None = None  # where some were not answered: how many of how many
    nothing: bool = False  # nothing was answered: y is the time limit


@dataclass(frozen=True)
class Line:
    """One stack's."""

    key: str
    label: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Reference:
    """What the guide says."""

    label: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class LineChart:
    """Users on a logarithmic axis."""

    title: str
    x_title: str
    y_title: str
    lines: Sequence[Line]
    show: Callable[[float], str]
    tick: Callable[[float], str]
    references: Sequence[Reference] = ()
    y_log: bool = True


@dataclass(frozen=True)
class Frame:
    """Where on the paper the plot is."""

    width: float
    height: float
    left: float
    right: float
    top: float = 34
    bottom: float = 46


WIDE = Frame(width=760, height=430, left=58, right=138)
NARROW = Frame(width=360, height=400, left=52, right=126)
LABEL_HEIGHT = 15
# What the name of a reference takes.
ROOM = 95


def draw(chart: LineChart, *, narrow: bool = False) -> str:
    """The chart as SVG; colours come from the style sheet around it or in it."""
    frame = NARROW if narrow else WIDE
    points = [point for one in chart.lines for point in one.points]
    quoted = [point for one in chart.references for point in one.points]
    users = sorted({point.x for point in points})
    x = logarithmic(users, frame.left + 14, frame.width - frame.right - 10, tight=True)
    heights = [value for point in points for value in (point.y, point.low, point.high)] + [y for _, y in quoted]
    y = (logarithmic if chart.y_log else linear)(heights, frame.height - frame.bottom, frame.top)
    parts = [_axes(chart, frame, x, y, users)]
    # References go below the lines: they are what is compared with, not what was measured.
    parts += [_reference(one, x, y) for one in chart.references]
    parts += [_line(one, x, y, chart.show) for one in chart.lines]
    parts.append(_names(chart, frame, x, y))
    return svg.drawing("".join(parts), frame.width, frame.height, _description(chart), "narrow" if narrow else "wide")


def _axes(chart: LineChart, frame: Frame, x: Scale, y: Scale, users: Sequence[float]) -> str:
    right, bottom = frame.width - frame.right, frame.height - frame.bottom
    parts = [svg.text(chart.y_title, 0, 14, "axis-title")]
    for value in y.ticks():
        parts.append(svg.line(frame.left, y.at(value), right, y.at(value), "grid"))
        parts.append(svg.text(chart.tick(value), frame.left - 7, y.at(value) + 4, "tick", "end"))
    named, last = -1.0, f"{users[-1]:,.0f}"
    for value in users:
        place, words = x.at(value), f"{value:,.0f}"
        parts.append(svg.line(place, bottom, place, bottom + 5, "axis"))
        # A name that would touch the one before it or the last one is left out; its tick stays.
        half = len(words) * 3.6
        if value == users[-1] or (place - half > named and place + half < x.at(users[-1]) - len(last) * 3.6 - 3):
            parts.append(svg.text(words, place, bottom + 19, "tick", "middle"))
            named = place + half + 3
    parts.append(svg.line(frame.left, bottom, right, bottom, "axis"))
    parts.append(svg.text(chart.x_title, (frame.left + right) / 2, frame.height - 6, "axis-title", "middle"))
    return "".join(parts)


def _reference(reference: Reference, x: Scale, y: Scale) -> str:
    places = [(x.at(users), y.at(value)) for users, value in reference.points if x.low <= users <= x.high]
    path = " ".join(f"{svg.plain(one)},{svg.plain(other)}" for one, other in places)
    rings = "".join(svg.element("circle", cx=one, cy=other, r=2.2, class_="quoted-dot") for one, other in places)
    drawing = svg.element("polyline", points=path, class_="quoted") + rings
    # One that ends early is named there: a leader across the plot would look like a measurement.
    if places and not _ends_late(reference, x):
        place, height = places[-1]
        room = place - x.start > ROOM
        drawing += svg.text(
            reference.label, place + (-7 if room else 7), height - 5, "name quoted-name", "end" if room else "start"
        )
    return drawing


def _ends_late(reference: Reference, x: Scale) -> bool:
    return x.end - x.at(reference.points[-1][0]) < (x.end - x.start) / 5


def _line(line: Line, x: Scale, y: Scale, show: Callable[[float], str]) -> str:
    paint, parts = svg.paint(line.key), []
    for one, other in pairwise(line.points):
        # Where not everything was answered, a point is a lower limit and not a measurement.
        class_ = f"line {paint}" + (" broken" if one.unanswered or other.unanswered else "")
        parts.append(svg.line(x.at(one.x), y.at(one.y), x.at(other.x), y.at(other.y), class_))
    for point in line.points:
        place, height, tip = x.at(point.x), y.at(point.y), _tip(line, point, show)
        if point.nothing:
            parts.append(svg.cross(line.key, place, height, tip))
            continue
        if y.at(point.low) - y.at(point.high) > 1:
            for end in (point.low, point.high):
                parts.append(svg.line(place - 4, y.at(end), place + 4, y.at(end), f"whisker {paint}"))
            parts.append(svg.line(place, y.at(point.low), place, y.at(point.high), f"whisker {paint}"))
        parts.append(svg.mark(line.key, place, height, hollow=bool(point.unanswered), tip=tip))
    return "".join(parts)


def _tip(line: Line, point: Point, show: Callable[[float], str]) -> str:
    if point.nothing:
        return f"{line.label}, {point.x:,.0f}: nothing was answered within {show(point.y)}"
    told = f"{line.label}, {point.x:,.0f}: {show(point.y)} ({show(point.low)} to {show(point.high)})"
    return told + (f", or longer: {point.unanswered} not answered" if point.unanswered else "")


def _names(chart: LineChart, frame: Frame, x: Scale, y: Scale) -> str:
    """Each line's name to the right of its end, moved apart where they would lie on each other."""
    ends = [(one.key, one.label, x.at(one.points[-1].x), y.at(one.points[-1].y)) for one in chart.lines if one.points]
    for reference in chart.references:
        inside = [(users, value) for users, value in reference.points if x.low <= users <= x.high]
        if inside and _ends_late(reference, x):
            ends.append(("", reference.label, x.at(inside[-1][0]), y.at(inside[-1][1])))
    ends.sort(key=lambda end: end[3])
    heights = spread_out([end[3] for end in ends], frame.top, frame.height - frame.bottom)
    at, parts = frame.width - frame.right + 8, []
    for (key, label, place, height), wanted in zip(ends, heights, strict=True):
        parts.append(svg.line(place + 6, height, at - 2, wanted, f"leader {svg.paint(key)}"))
        if key:
            parts.append(svg.mark(key, at + 5, wanted))
        parts.append(svg.text(label, at + (14 if key else 2), wanted + 4, "name" if key else "name quoted-name"))
    return "".join(parts)


def spread_out(heights: Sequence[float], top: float, bottom: float, gap: float = LABEL_HEIGHT) -> list[float]:
    """Rising heights, at least `gap` apart and between `top` and `bottom` as far as there is room, moved little."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + gap if placed else top))
    # What was pushed over the lower end pushes back.
    limit = bottom
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], limit)
        limit = placed[index] - gap
    return placed


def _description(chart: LineChart) -> str:
    lines = [
        f"{one.label}: " + ", ".join(f"{point.x:,.0f} users {chart.show(point.y)}" for point in one.points)
        for one in chart.lines
    ]
    return f"{chart.title}. {chart.y_title} by {chart.x_title}. " + "; ".join(lines)
