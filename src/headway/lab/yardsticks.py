"""The figures that two lab runs are compared by, and the words for a difference."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from headway.lab.claims.evidence import Figure, by_throughput, cpu_per_thousand, extra, p99, rss, throughput
from headway.lab.claims.judging import mb, ms, number
from headway.lab.report.drawn import at_least
from headway.lab.report.words import rate
from headway.runs.schemas import Run


@dataclass(frozen=True)
class Measure:
    """A figure that two runs are compared by. Less is better unless `more_is_better`."""

    name: str
    figure: Figure
    show: Callable[[float], str]
    better: str
    worse: str
    more_is_better: bool = False


def took(run: Run) -> float | None:
    """Milliseconds of the whole run."""
    return run.seconds * 1000


MEAN = Measure("mean", at_least, ms, "faster", "slower")
P99 = Measure("p99", p99, ms, "faster", "slower")
RATE = Measure("answers", throughput, rate, "as many", "fewer", more_is_better=True)
WAIT = Measure("users ÷ throughput", by_throughput, ms, "faster", "slower")
MEMORY = Measure("resident memory", rss, mb, "less", "more")
CPU = Measure("CPU s for 1,000", cpu_per_thousand, number, "less", "more")
PING = Measure("p99 of a ping", extra("ping_p99"), ms, "faster", "slower")
JOB = Measure("whole job", took, ms, "faster", "slower")
MEASURES: Mapping[str, tuple[Measure, ...]] = {
    "one-call": (MEAN,),
    "link": (MEAN,),
    "mix": (RATE, WAIT),
    "open-mix": (P99,),
    "rest": (MEMORY,),
    "memory": (MEMORY, CPU, PING),
    "ping": (PING,),
    "rollback": (PING,),
    "threads": (RATE, MEMORY),
    "cpu": (RATE, PING),
    "batch": (JOB,),
}


def difference(measure: Measure, a: float, b: float) -> str:
    """1.3 times faster: of B, as seen from A."""
    if a == b:
        return "equal"
    if not b:
        return "down to 0"
    factor = max(a, b) / min(a, b)
    shown = f"{factor:.0f}" if factor >= 20 else f"{factor:.2f}" if factor < 1.1 else f"{factor:.1f}"
    return f"{shown} times {measure.better if (b > a) == measure.more_is_better else measure.worse}"
