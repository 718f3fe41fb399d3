"""The drawings of a result and the tables of the same figures."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from headway.lab.claims.evidence import (
    Evidence,
    Figure,
    Series,
    by_throughput,
    cpu_per_thousand,
    lost,
    mean,
    rss,
    sent,
    throughput,
    virtual,
)
from headway.lab.claims.judging import mb, ms, number
from headway.lab.report.bars import Bar, BarChart, Group
from headway.lab.report.document import Block, Cell, Table
from headway.lab.report.document import Figure as Drawing
from headway.lab.report.lines import Line, LineChart, Point, Reference
from headway.lab.report.words import NOTHING, brief, cell, label, rate, seconds, stacks_of
from headway.runs.schemas import Run

HOLLOW = (
    "A hollow mark: some requests were not answered; here they count with the time limit, so the true mean is higher. "
    "A cross: nothing was answered. The table has the mean of those who were answered, and how many were not."
)
BARS_SHOW = "Each point is the median of the repeats, the whisker their least and most."
HIGH_THREADS = 100.0


def by_users(
    evidence: Evidence,
    scenario: str,
    figure: Figure,
    *,
    title: str,
    y_title: str,
    show: Callable[[float], str],
    references: Mapping[str, Mapping[int, float]] | None = None,
    tick: Callable[[float], str] = brief,
    y_log: bool = True,
) -> LineChart | None:
    """One line a stack; None where no stack has two points."""
    lines = []
    for stack in stacks_of(evidence.runs):
        points = [
            point
            for users in evidence.users(stack, scenario)
            if (point := _point(evidence, figure, stack, scenario, users))
        ]
        if points:
            lines.append(Line(stack, label(stack), points))
    if not any(len(line.points) > 1 for line in lines):
        return None
    quoted = [Reference(name, sorted(values.items())) for name, values in (references or {}).items()]
    x_title = "requests at once" if scenario in ("one-call", "link") else "users"
    return LineChart(title, x_title, y_title, lines, show, tick, quoted, y_log)


def _point(evidence: Evidence, figure: Figure, stack: str, scenario: str, users: int) -> Point | None:
    runs = evidence.of(stack, scenario, users)
    series = evidence.series(figure, stack, scenario, users)
    missing = _missing(runs)
    if figure is mean:
        series = Series(tuple(value for run in runs if (value := at_least(run)) is not None))
    nothing = not any(run.answered for run in runs)
    return Point(users, series.median, series.least, series.most, missing, nothing) if series else None


def at_least(run: Run) -> float | None:
    """The mean, with what was not answered counted at the time limit: it would have taken longer than that.

    Without it, a server that answers a few and leaves the others would be drawn as the quickest.
    """
    limit = float(run.options.get("time_limit", 0)) * 1000
    if not run.unanswered or not limit:
        return mean(run)
    answered = run.answered * run.latency.mean if run.latency else 0
    return (answered + run.unanswered * limit) / (run.answered + run.unanswered)


def _missing(runs: Sequence[Run]) -> str | None:
    gone = sum(map(lost, runs))
    return f"{gone:,.0f} of {sum(map(sent, runs)):,.0f}" if gone else None


def matrix(
    evidence: Evidence, scenario: str, figure: Figure, show: Callable[[float], str], fold: str | None, head: str
) -> Table:
    """Stacks down, users across; unanswered requests stand below the figure that leaves them out."""
    stacks = [stack for stack in stacks_of(evidence.runs) if evidence.users(stack, scenario)]
    levels = sorted({users for stack in stacks for users in evidence.users(stack, scenario)})
    rows = []
    for stack in stacks:
        row: list[Cell] = [label(stack)]
        for users in levels:
            missing = _missing(evidence.of(stack, scenario, users))
            series = evidence.series(figure, stack, scenario, users)
            row.append(cell(series, show, f"{missing} lost" if missing else ""))
        rows.append(row)
    return Table([head, *(f"{users:,}" for users in levels)], rows, fold=fold)


def drawn(name: str, chart: LineChart | BarChart | None, caption: str, table: Table) -> Iterator[Block]:
    """A drawing, if there is enough to draw, and its figures, if there are any."""
    if chart:
        yield Drawing(name, chart, caption)
    if table.rows:
        yield table


def memory(evidence: Evidence) -> Iterator[Block]:
    """Resident memory at rest and with 100 requests under way."""
    kinds = ("at rest", "in flight", "PSS")
    groups, rows = [], []
    for key, name, scenario, asked in memory_kinds(evidence):
        runs = evidence.of(key, scenario, None, **asked)
        # At rest the server has to be the same one: with as many threads.
        same = {"threads": runs[0].options["threads"]} if "threads" in runs[0].options else {}
        figures = (
            evidence.series(rss, key, "rest", None, **same),
            evidence.series(rss, key, scenario, None, **asked),
            evidence.series(pss, key, scenario, None, **asked),
        )
        bars = [Bar(kind, one.median, one.least, one.most) for kind, one in zip(kinds, figures, strict=True) if one]
        groups.append(Group(key, name, bars))
        address = evidence.series(virtual, key, scenario, None, **asked)
        threads = evidence.series(lambda run: run.usage.threads if run.usage else None, key, scenario, None, **asked)
        rows.append([name, *(cell(one, mb) for one in (*figures, address)), cell(threads, "{:.0f}".format)])
    chart = BarChart(
        "Memory of a server process", "MB, resident", kinds, groups, mb, ("the guide, async: 50", 50.0)
    ) if groups else None  # fmt: skip
    caption = (
        "Whole server processes with Python and their libraries; 100 users keep requests with a 50 ms call under way. "
        "The guide says 800 MB for 100 threads, which is far to the right of this plot. PSS is the memory in flight, "
        "what is shared with other processes counted by its share. An MB is a million bytes."
    )
    head = ["", "at rest", "in flight", "PSS in flight", "address space", "threads"]
    yield from drawn("memory", chart, caption, Table(head, rows, fold="The figures, with address space and threads"))


def memory_kinds(evidence: Evidence) -> list[tuple[str, str, str, dict[str, float]]]:
    """(stack, name, scenario, options) of what had 100 requests under way; threads also with one for each of them."""
    kinds: list[tuple[str, str, str, dict[str, float]]] = []
    for stack in stacks_of(evidence.runs):
        if any(run.usage for run in evidence.of(stack, "memory")):
            kinds.append((stack, label(stack), "memory", {}))
        if any(run.usage for run in evidence.of(stack, "threads", threads=HIGH_THREADS)):
            kinds.append((stack, f"{label(stack)} (100)", "threads", {"threads": HIGH_THREADS}))
    return kinds


def processor(evidence: Evidence) -> Iterator[Block]:
    """CPU time and context switches of the same requests."""
    found = memory_kinds(evidence)
    used = [(one, evidence.series(cpu_per_thousand, one[0], one[2], None, **one[3])) for one in found]
    levels = sorted({users for key, *_ in found for users in evidence.users(key, "mix")})
    users = 100 if 100 in levels or not levels else levels[0]
    mixed = [evidence.series(cpu_per_thousand, key, "mix", users) for key, *_ in found]
    kinds = ("for a 50 ms call", "for the mix") if any(mixed) else ("for a 50 ms call",)
    groups, rows = [], []
    for ((key, name, scenario, asked), call), mix in zip(used, mixed, strict=True):
        if not call:
            continue
        # The mix ran with the stack's usual threads only.
        both = (call, mix if scenario == "memory" else type(mix)(()))
        bars = [Bar(kind, one.median, one.least, one.most) for kind, one in zip(kinds, both, strict=False) if one]
        groups.append(Group(key, name, bars))
        switches = [evidence.series(one, key, scenario, None, **asked) for one in (voluntary, involuntary)]
        rows.append([name, *(cell(one, seconds) for one in both), *(cell(one, number) for one in switches)])
    chart = BarChart("CPU for 1,000 answers", "seconds of CPU for 1,000 answers", kinds, groups, seconds)
    head = ["", "50 ms call", f"the mix, {users:,} users", "voluntary", "involuntary"]
    caption = (
        "CPU time of the server process alone. The switches in the table are context switches of the same process for "
        "each answer to a 50 ms call."
    )
    table = Table(head, rows, fold="The figures, with context switches for each answer")
    yield from drawn("cpu", chart if groups else None, caption, table)


def pss(run: Run) -> float | None:
    """MB of memory, what is shared with others counted by its share."""
    return run.usage.pss if run.usage else None


def voluntary(run: Run) -> float | None:
    """Context switches for each answer, because there was nothing to do."""
    return run.usage.voluntary_switches / run.answered if run.usage and run.answered else None


def involuntary(run: Run) -> float | None:
    """Context switches for each answer, because someone else's turn had come."""
    return run.usage.involuntary_switches / run.answered if run.usage and run.answered else None


ONE_CALL = {
    "the guide: sync": {1: 50.0, 10: 500.0, 100: 5_000.0},
    "the guide: async": {1: 50.0, 10: 60.0, 100: 100.0, 1_000: 200.0},
}
MIX = {
    "the guide: sync": {50: 2_500.0, 100: 8_200.0},
    "the guide: async": {50: 100.0, 100: 200.0, 200: 400.0, 1_000: 1_200.0},
}


def one_call(evidence: Evidence) -> Iterator[Block]:
    """A statement of 50 ms, by how many ask for it at once."""
    chart = by_users(
        evidence, "one-call", mean, title="A database call of 50 ms", y_title="mean time of an answer", show=ms,
        references=ONE_CALL,
    )  # fmt: skip
    table = matrix(evidence, "one-call", mean, ms, "The figures", "at once")
    yield from drawn("one-call", chart, f"{BARS_SHOW} {HOLLOW} Both axes are logarithmic.", table)


def link(evidence: Evidence) -> Iterator[Block]:
    """A quick statement over a link of 50 ms."""
    chart = by_users(
        evidence, "link", mean, title="A database 50 ms away", y_title="mean time of an answer", show=ms
    )  # fmt: skip
    table = matrix(evidence, "link", mean, ms, "The figures", "at once")
    yield from drawn("link", chart, f"{BARS_SHOW} {HOLLOW} Both axes are logarithmic.", table)


def mix(evidence: Evidence) -> Iterator[Block]:
    """Real requests, by users without a pause."""
    rates = by_users(
        evidence, "mix", throughput, title="Throughput of the mix", y_title="answers a second", show="{:,.0f}".format,
        tick="{:,.0f}".format,
        y_log=False,
    )  # fmt: skip
    waits = by_users(
        evidence, "mix", by_throughput, title="What each user waits", y_title="users ÷ throughput", show=ms,
        references=MIX,
    )  # fmt: skip
    caption = f"{BARS_SHOW} The axis begins at 0."
    yield from drawn(
        "mix-throughput", rates, caption, matrix(evidence, "mix", throughput, rate, "The figures", "users")
    )
    caption = (
        f"{BARS_SHOW} Users divided by answers a second is what each of them waits for an answer, whoever was "
        "answered; "
        "the mean of a closed loop counts only those who were, and flatters a server that leaves others waiting. Both "
        "stand in the table. Both axes are logarithmic."
    )
    yield from drawn("mix-wait", waits, caption, waited(evidence, "mix"))


def waited(evidence: Evidence, scenario: str) -> Table:
    """Users ÷ throughput beside the mean of those who were answered."""
    rows: list[list[Cell]] = []
    for stack in stacks_of(evidence.runs):
        for users in evidence.users(stack, scenario):
            runs = evidence.of(stack, scenario, users)
            rows.append(
                [
                    label(stack),
                    f"{users:,}",
                    cell(evidence.series(by_throughput, stack, scenario, users), ms),
                    cell(evidence.series(mean, stack, scenario, users), ms),
                    cell(
                        evidence.series(lambda run: run.latency.p99 if run.latency else None, stack, scenario, users),
                        ms,
                    ),
                    _missing(runs) or ("0" if runs else NOTHING),
                ]
            )
    head = ["", "users", "users ÷ throughput", "mean of the answered", "p99 of the answered", "not answered"]
    return Table(head, rows, fold="The figures, with the mean of those who were answered")
