"""What a verdict is made of: the same few rules for every claim, printed on the report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from headway.lab.claims.evidence import Evidence, Series
from headway.runs.schemas import Claim, Verdict

# A figure of the guide counts as reached within this factor: it names round numbers for an unknown machine.
TOLERANCE = 1.25
HOLDS: Verdict = "holds"
ONLY_IF: Verdict = "holds only if"
DOES_NOT: Verdict = "does not hold"
# No claim is scored from one run.
FEWEST_REPEATS = 2

RULES = (
    f"A time that is promised holds when the median of the repeats is within {TOLERANCE - 1:.0%} of it or below; when "
    "only some of the repeats are, it holds only if the machine is quiet.",
    "A slowness that is claimed of the sync Session holds when that way of using it is within a factor of "
    f"{TOLERANCE} of it or slower. Where calling it inside `async def` is that slow and FastAPI's threads are not, it "
    "holds only if it is called so.",
    "A factor holds when the median is within the tolerance of it or above.",
    f"Nothing is scored from fewer than {FEWEST_REPEATS} repeats.",
)


@dataclass(frozen=True)
class Need:
    """Runs that a claim stands on."""

    scenario: str
    stacks: tuple[str, ...]
    users: tuple[int, ...] = ()  # empty: whatever the scenario runs with


@dataclass(frozen=True)
class Judgement:
    """What came out. `conditions` say how it was measured."""

    conditions: str
    measured: str
    spread: str
    repeats: int
    verdict: Verdict
    why: str
    only_if: str | None = None
    chart: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    """A claim of the guide, what it needs measured, and how it is judged. None: there is nothing to judge by yet."""

    id: str
    group: str
    claim: str
    claimed: str
    needs: tuple[Need, ...]
    judge: Callable[[Evidence], Judgement | None]


def score(definition: Definition, evidence: Evidence) -> Claim:
    """The claim with its verdict; `not measured` where too little was."""
    judgement = definition.judge(evidence)
    if judgement is None or judgement.repeats < FEWEST_REPEATS:
        taken = judgement.repeats if judgement else 0
        judgement = Judgement(
            conditions=judgement.conditions if judgement else "",
            measured=judgement.measured if judgement else "–",
            spread=judgement.spread if judgement else "–",
            repeats=taken,
            verdict="not measured",
            why="One run is not enough to score it." if taken else "This run did not measure it.",
        )
    return Claim(
        id=definition.id,
        group=definition.group,
        claim=definition.claim,
        claimed=definition.claimed,
        conditions=judgement.conditions,
        measured=judgement.measured,
        spread=judgement.spread,
        repeats=judgement.repeats,
        verdict=judgement.verdict,
        only_if=judgement.only_if,
        why=judgement.why,
        chart=dict(judgement.chart),
    )


def within(series: Series, limit: float) -> str:
    """Whether a promise of at most `limit` was kept: yes, partly (some repeats), no."""
    if series.median <= limit * TOLERANCE:
        return "yes" if series.most <= limit * TOLERANCE else "partly"
    return "partly" if series.least <= limit * TOLERANCE else "no"


def reaches(series: Series, least: float) -> str:
    """Whether a promise of at least `least` was kept: yes, partly (some repeats), no."""
    if series.median >= least / TOLERANCE:
        return "yes" if series.least >= least / TOLERANCE else "partly"
    return "partly" if series.most >= least / TOLERANCE else "no"


QUIET = "the machine is quiet: some repeats reached it, others did not"


def ms(value: float) -> str:
    """12.3 ms, 265 ms, 3.07 s."""
    if value >= 10_000:
        return f"{value / 1000:.1f} s"
    if value >= 1_000:
        return f"{value / 1000:.2f} s"
    return f"{value:.0f} ms" if value >= 20 else f"{value:.1f} ms"


def times(value: float) -> str:
    """×1.2, ×28."""
    return f"×{value:.0f}" if value >= 20 else f"×{value:.1f}"


def spread(series: Series, show: Callable[[float], str]) -> str:
    """The least and the most over the repeats."""
    return f"{show(series.least)} to {show(series.most)}" if series else "–"


def mb(value: float) -> str:
    """Megabytes of 10^6 bytes."""
    return f"{value:.0f} MB" if value >= 10 else f"{value:.1f} MB"


def number(value: float) -> str:
    """1,234 or 0.56."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
