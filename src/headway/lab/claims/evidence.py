"""What was measured, looked up by what a claim asks for: one figure a repeat, and their median and spread."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from headway.runs.schemas import Run

Figure = Callable[[Run], float | None]


@dataclass(frozen=True)
class Series:
    """The same figure of the same scenario, once for each repeat, in the order they were taken."""

    values: tuple[float, ...]

    def __bool__(self) -> bool:
        return bool(self.values)

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def least(self) -> float:
        return min(self.values)

    @property
    def most(self) -> float:
        return max(self.values)


class Evidence:
    """All runs so far."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self.runs = tuple(runs)

    def of(self, stack: str, scenario: str, users: int | None = None, **options: float | str) -> list[Run]:
        """The repeats of one scenario on one stack; options that are not named may be anything."""
        return [
            run
            for run in self.runs
            if (run.stack, run.scenario) == (stack, scenario)
            and users in (None, run.users)
            and all(run.options.get(name) == value for name, value in options.items())
        ]

    def series(
        self, figure: Figure, stack: str, scenario: str, users: int | None = None, **options: float | str
    ) -> Series:
        """One figure of each repeat that has it."""
        found = (figure(run) for run in self.of(stack, scenario, users, **options))
        return Series(tuple(value for value in found if value is not None))

    def users(self, stack: str, scenario: str) -> list[int]:
        """The numbers of users that a scenario ran with, rising."""
        return sorted({run.users for run in self.of(stack, scenario)})


def mean(run: Run) -> float | None:
    """Milliseconds."""
    return run.latency.mean if run.latency else None


def longest(run: Run) -> float | None:
    """Milliseconds."""
    return run.latency.longest if run.latency else None


def p99(run: Run) -> float | None:
    """Milliseconds."""
    return run.latency.p99 if run.latency else None


def by_throughput(run: Run) -> float | None:
    """Users divided by throughput, in milliseconds."""
    return run.users_by_throughput


def throughput(run: Run) -> float | None:
    """Answers a second."""
    return run.throughput


def lost(run: Run) -> float:
    """Requests that failed or got no answer in time."""
    return run.unanswered + sum(run.failed.values())


def sent(run: Run) -> float:
    """Requests that were answered, failed or got no answer in time."""
    return run.answered + lost(run)


def extra(name: str) -> Figure:
    """A figure that only some scenarios have."""
    return lambda run: run.extra.get(name)


def rss(run: Run) -> float | None:
    """MB of resident memory."""
    return run.usage.rss if run.usage else None


def virtual(run: Run) -> float | None:
    """MB of address space."""
    return run.usage.virtual if run.usage else None


def threads(run: Run) -> float | None:
    """Threads of the server process, at most."""
    return run.usage.threads if run.usage else None


def cpu_per_thousand(run: Run) -> float | None:
    """CPU seconds of the server process for 1,000 answers."""
    return run.usage.cpu_seconds / run.answered * 1000 if run.usage and run.answered else None


def switches_per_request(run: Run) -> float | None:
    """Context switches of the server process, wanted or not, for one answer."""
    if not run.usage or not run.answered:
        return None
    return (run.usage.voluntary_switches + run.usage.involuntary_switches) / run.answered


def ratio(above: Series, below: Series) -> Series:
    """One by the other, repeat by repeat; what has no counterpart is left out."""
    pairs = zip(above.values, below.values, strict=False)
    return Series(tuple(one / other for one, other in pairs if other))


def smallest(*series: Series) -> int:
    """How many repeats stand behind a verdict that uses all of these."""
    return min((len(one.values) for one in series), default=0)


def figures(names: Sequence[str], series: Sequence[Series]) -> dict[str, float]:
    """Medians by name, for drawing."""
    return {name: round(one.median, 3) for name, one in zip(names, series, strict=True) if one}
