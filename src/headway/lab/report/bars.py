"""Lying bars in groups, one group a stack, each bar with its figure and what it is written at its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from headway.lab.report import svg
from headway.lab.report.scales import Scale, linear


@dataclass(frozen=True)
class Bar:
    """The median over the repeats, and the least and the most of them."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Group:
    """One stack's."""

    key: str
    label: str
    bars: Sequence[Bar]


@dataclass(frozen=True)
class BarChart:
    """`kinds` are the names of the bars in the order of their shades."""

    title: str
    x_title: str
    kinds: Sequence[str]
    groups: Sequence[Group]
    show: Callable[[float], str]
    reference: tuple[str, float] | None = None


BAR, GAP, BETWEEN = 13, 3, 14
# Characters at 11 px.
LETTER = 6.1


def draw(chart: BarChart, *, narrow: bool = False) -> str:
    """The chart as SVG; colours come from the style sheet around it or in it."""
    width, left, head = (360, 0, 17) if narrow else (760, 150, 0)
    ends = [value for group in chart.groups for bar in group.bars for value in (bar.value, bar.high)]
    if chart.reference:
        ends.append(chart.reference[1])
    # Room at the right for the words at the longest bar's end.
    words = max((len(_words(chart, bar)) for group in chart.groups for bar in group.bars), default=0)
    x = linear(ends, left, width - words * LETTER - 12)
    top = 40.0
    heights = [head + len(group.bars) * (BAR + GAP) + BETWEEN for group in chart.groups]
    bottom = top + sum(heights)
    parts = [_axis(chart, x, top - 6, bottom - BETWEEN / 2)]
    for group, height in zip(chart.groups, heights, strict=True):
        parts.append(_group(chart, group, x, top, left, head))
        top += height
    if chart.reference:
        parts.append(_reference(chart.reference, x, 34, bottom - BETWEEN / 2))
    return svg.drawing(
        "".join(parts),
        width,
        bottom + (14 if chart.reference else 4),
        _description(chart),
        "narrow" if narrow else "wide",
    )


def _axis(chart: BarChart, x: Scale, top: float, bottom: float) -> str:
    parts = [svg.text(chart.x_title, 0, 12, "axis-title")]
    for value in x.ticks():
        parts.append(svg.line(x.at(value), top, x.at(value), bottom, "axis" if value == 0 else "grid"))
        anchor = "start" if value == 0 and x.start == 0 else "middle"
        parts.append(svg.text(f"{value:,.4g}", x.at(value), top - 5, "tick", anchor))
    return "".join(parts)


def _group(chart: BarChart, group: Group, x: Scale, top: float, left: float, head: float) -> str:
    middle = top + (len(group.bars) * (BAR + GAP) - GAP) / 2
    if head:
        parts = [svg.mark(group.key, 6, top + 7), svg.text(group.label, 16, top + 11, "name")]
    else:
        parts = [svg.mark(group.key, 6, middle), svg.text(group.label, 16, middle + 4, "name")]
    for index, bar in enumerate(group.bars):
        y = top + head + index * (BAR + GAP)
        shade = chart.kinds.index(bar.name) if bar.name in chart.kinds else 0
        tip = f"{group.label}, {bar.name}: {chart.show(bar.value)} ({chart.show(bar.low)} to {chart.show(bar.high)})"
        parts.append(
            svg.element(
                "rect", svg.element("title", svg.safe(tip)), x=x.start, y=y,
                width=max(1.0, x.at(bar.value) - x.start), height=BAR, rx=1.5,
                class_=f"bar shade-{shade} {svg.paint(group.key)}",
            )
        )  # fmt: skip
        if x.at(bar.high) - x.at(bar.low) > 1:
            parts.append(svg.line(x.at(bar.low), y + BAR / 2, x.at(bar.high), y + BAR / 2, "span"))
        parts.append(svg.text(_words(chart, bar), x.at(max(bar.value, bar.high)) + 6, y + BAR - 2.5, "value"))
    return "".join(parts)


def _words(chart: BarChart, bar: Bar) -> str:
    return f"{chart.show(bar.value)} {bar.name}" if len(chart.kinds) > 1 else chart.show(bar.value)


def _reference(reference: tuple[str, float], x: Scale, top: float, bottom: float) -> str:
    label, value = reference
    return svg.line(x.at(value), top, x.at(value), bottom, "quoted") + svg.text(
        label, x.at(value), bottom + 14, "name quoted-name", "middle" if x.at(value) > 60 else "start"
    )


def _description(chart: BarChart) -> str:
    told = [
        f"{group.label}: " + ", ".join(f"{bar.name} {chart.show(bar.value)}" for bar in group.bars)
        for group in chart.groups
    ]
    return f"{chart.title}. {chart.x_title}. " + "; ".join(told)
