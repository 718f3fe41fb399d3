"""What a report calls things, and how it writes figures."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from headway.lab.claims.evidence import Series
from headway.lab.claims.judging import ms
from headway.lab.claims.words import NAMES
from headway.lab.report.document import Cell
from headway.runs.schemas import Run, Verdict

# Short enough for the end of a line in a plot on a phone.
LABELS = {
    "blocking": "sync, in async def",
    "threadpool": "sync, defaults",
    "fair": "sync, threads",
    "async-psycopg": "async, psycopg",
    "async-asyncpg": "async, asyncpg",
    "headway": "Headway",
    "headway-shared": "Headway, coalesced",
    "floor": "floor: no ORM",
}
VERDICTS: tuple[Verdict, ...] = ("holds", "holds only if", "does not hold", "not measured")
SIGNS: dict[Verdict, str] = {"holds": "✓", "holds only if": "◐", "does not hold": "✗", "not measured": "–"}
NOTHING = "–"


def label(stack: str) -> str:
    """For plots and tables."""
    return LABELS.get(stack, stack)


def in_order(stacks: Iterable[str]) -> list[str]:
    """Each once, in the order of the lab; those that it does not know come last."""
    found = list(dict.fromkeys(stacks))
    return [stack for stack in NAMES if stack in found] + [stack for stack in found if stack not in NAMES]


def stacks_of(runs: Iterable[Run]) -> list[str]:
    """The stacks that were measured."""
    return in_order(run.stack for run in runs)


def cell(series: Series, show: Callable[[float], str] = ms, also: str = "") -> Cell:
    """The median, with the least and the most of the repeats below it."""
    if not series:
        return (NOTHING, also) if also else NOTHING
    median, least, most = (show(value) for value in (series.median, series.least, series.most))
    spread = spread_of(series, show) if least != most or len(series.values) == 1 else ""
    below = ", ".join(filter(None, (spread, also)))
    return (median, below) if below else median


def spread_of(series: Series, show: Callable[[float], str]) -> str:
    """The least and the most; one run has no spread, and that is said."""
    return "one run" if len(series.values) == 1 else between(show(series.least), show(series.most))


def between(least: str, most: str) -> str:
    """198–211 ms; the unit once, where it is the same."""
    number, _, unit = least.partition(" ")
    return f"{number}–{most}" if unit and most.endswith(f" {unit}") else f"{least}–{most}"


def brief(value: float) -> str:
    """Of an axis: 50 ms, 2 s."""
    return f"{value / 1000:g} s" if value >= 1_000 else f"{value:g} ms"


def rate(value: float) -> str:
    """Answers a second."""
    return f"{value:,.0f}/s" if value >= 10 else f"{value:.1f}/s"


def seconds(value: float) -> str:
    """CPU seconds."""
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def day(when: datetime) -> str:
    """23 November 2026, 03:02 UTC."""
    return f"{when.day} {when:%B %Y, %H:%M} {when.tzname() or ''}".strip()


def lasted(started: datetime, ended: datetime | None) -> str:
    """5 min 12 s."""
    if ended is None:
        return "unknown"
    whole = max(0, round((ended - started).total_seconds()))
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


def setting(value: float | str | Sequence[float] | Sequence[str]) -> str:
    """A setting of the run, however many figures it has."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return f"{value:,.10g}"
    return ", ".join(setting(one) for one in value)


def options(run: Run) -> str:
    """calls 5, how parallel."""
    return ", ".join(f"{name.replace('_', ' ')} {setting(value)}" for name, value in sorted(run.options.items()))


def listed(words: Sequence[str]) -> str:
    """a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def counted(number: int, one: str, many: str) -> str:
    """1 claim, 2 claims."""
    return f"{number:,} {one if number == 1 else many}"
