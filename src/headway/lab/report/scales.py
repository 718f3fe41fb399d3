"""From figures to places on paper, and which figures an axis names."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

STEPS = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Scale:
    """`low` is drawn at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool

    def at(self, value: float) -> float:
        """The place of a figure; what lies outside of the axis is drawn at its end."""
        value = min(max(value, self.low), self.high)
        if self.log:
            share = (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> list[float]:
        """The figures that the axis names: 1, 2 and 5 where a logarithmic one is short, decades where it is long."""
        if not self.log:
            step = linear_step(self.high - self.low)
            return [self.low + step * index for index in range(int((self.high - self.low) / step + 1e-9) + 1)]
        decades = range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
        steps = STEPS if log10(self.high / self.low) < 3.3 else (1.0,)
        named = [10.0**decade * step for decade in decades for step in steps]
        return [value for value in named if self.low * 0.999 <= value <= self.high * 1.001]


def linear_step(span: float) -> float:
    """A round step that gives an axis four to nine ticks."""
    rough = span / 5
    size = 10.0 ** floor(log10(rough))
    return next(size * step for step in (1, 2, 2.5, 5, 10) if size * step >= rough * 0.999)


def logarithmic(values: Iterable[float], start: float, end: float, *, tight: bool = False) -> Scale:
    """Room for all figures above 0; unless `tight`, the ends are at 1, 2 or 5 times a power of ten."""
    above = [value for value in values if value > 0 and isfinite(value)] or [1.0, 10.0]
    low, high = min(above), max(above)
    if not tight:
        ladder = [10.0**decade * step for decade in range(-6, 13) for step in STEPS]
        low = max((step for step in ladder if step <= low), default=low)
        high = min((step for step in ladder if step >= high), default=high)
    if low == high:
        low, high = low / 2, high * 2
    return Scale(low, high, start, end, log=True)


def linear(values: Iterable[float], start: float, end: float) -> Scale:
    """From 0 to a round figure above the highest: bars and rates are never cut off below."""
    most = max((value for value in values if isfinite(value)), default=0) or 1.0
    step = linear_step(most)
    return Scale(0, ceil(most / step - 1e-9) * step, start, end, log=False)
