"""Tables of what has no drawing: waiting, rollback, several statements, threads, batch jobs, and what comes later."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from headway.lab.claims.evidence import (
    Evidence,
    Figure,
    Series,
    by_throughput,
    extra,
    lost,
    mean,
    p99,
    sent,
    throughput,
)
from headway.lab.claims.judging import ms, number
from headway.lab.report.document import Block, Cell, Heading, Table, Text
from headway.lab.report.words import cell, label, options, rate, setting, stacks_of
from headway.runs.schemas import Run

# Conditions that are the same for a whole stack and told elsewhere.
USUAL = ("pool", "threads", "time_limit", "link_ms", "round_trip_ms", "sleep_ms")


@dataclass(frozen=True)
class Column:
    """A figure of a run, and how it is written."""

    name: str
    figure: Figure
    show: Callable[[float], str] = ms


PINGS = (
    Column("ping p50", extra("ping_p50")),
    Column("ping p99", extra("ping_p99")),
    Column("loop lag p99", extra("lag_p99")),
)
TIMES = (Column("mean", mean), Column("p99", p99))
RATE = Column("answers", throughput, rate)
WAITED = Column("users ÷ throughput", by_throughput)


def took(run: Run) -> float | None:
    """Milliseconds of the whole run."""
    return run.seconds * 1000


# What each scenario is about: the sentence above its table, the options that tell its rows apart, its figures.
SHOWN: dict[str, tuple[str, tuple[str, ...], tuple[Column, ...]]] = {
    "memory": (
        "Pings while 100 users keep requests with a 50 ms call under way. A ping asks nothing of the database: what it "
        "waits, everybody else waits too.",
        (),
        (*PINGS, RATE),
    ),
    "ping": ("Pings while slow requests are under way.", (), (*PINGS, RATE)),
    "rollback": (
        "Requests that insert a task, fail and roll back, over a link of 50 ms, with pings beside them.",
        (),
        (*PINGS, Column("rows left behind", extra("rows_left"), "{:,.0f}".format), RATE),
    ),
    "several": ("Several statements of 50 ms in one request.", ("how", "calls"), (*TIMES, RATE)),
    "threads": (
        "200 users and a 50 ms call, with as many connections as threads: the limit that the pool sets, and where "
        "something else sets it.",
        ("threads",),
        (RATE, *TIMES, WAITED),
    ),
    "cpu": ("Requests that compute in Python, with pings beside them.", (), (RATE, *TIMES, *PINGS)),
    "open-mix": (
        "The mix in an open loop: requests arrive at this rate a second whether or not earlier ones were answered, and "
        "the time counts from when each was due.",
        (),
        (RATE, *TIMES),
    ),
    "batch": ("One script, nobody else to serve.", ("style", "rows"), (Column("whole job", took),)),
}
TITLES = {
    "memory": "The event loop under slow requests",
    "ping": "Pings",
    "rollback": "Rollback",
    "several": "Several statements in a request",
    "threads": "The size of the thread pool",
    "cpu": "Computing",
    "open-mix": "Open loop",
    "one-call": "50 ms call",
    "link": "50 ms link",
    "mix": "The mix",
    "batch": "Batch jobs",
}
DRAWN = ("one-call", "link", "mix", "rest")


def waiting(evidence: Evidence) -> Iterator[Block]:
    """The tables of all scenarios that are not drawn, known ones first."""
    scenarios = list(dict.fromkeys(run.scenario for run in evidence.runs))
    known = [name for name in SHOWN if name in scenarios and name != "open-mix"]
    for name in known + [name for name in scenarios if name not in SHOWN and name not in DRAWN]:
        yield from scenario(evidence, name)


def scenario(evidence: Evidence, name: str) -> Iterator[Block]:
    """One scenario's sentence and table; one that nobody has heard of shows all that its runs have."""
    runs = [run for run in evidence.runs if run.scenario == name]
    if not runs:
        return
    sentence, apart, columns = SHOWN.get(name) or (
        "A scenario that this report has no words for; these are its figures.",
        None,
        _all_columns(runs),
    )
    yield Heading(TITLES.get(name, name))
    yield Text(sentence)
    yield _table(evidence, runs, apart, columns)


def _all_columns(runs: Sequence[Run]) -> tuple[Column, ...]:
    extras = sorted({key for run in runs for key in run.extra})
    return (RATE, *TIMES, *(Column(key.replace("_", " "), extra(key), number) for key in extras))


def _table(evidence: Evidence, runs: Sequence[Run], apart: tuple[str, ...] | None, columns: Sequence[Column]) -> Table:
    rows: list[list[Cell]] = []
    columns = [one for one in columns if _series(runs, one)]
    several_users = len({run.users for run in runs}) > 1 or runs[0].users > 1
    for stack in stacks_of(runs):
        groups: dict[tuple[int, str], list[Run]] = {}
        for run in runs:
            if run.stack == stack:
                groups.setdefault((run.users, _variant(run, apart)), []).append(run)
        for (users, variant), some in sorted(groups.items(), key=_figures_first):
            row: list[Cell] = [(label(stack), variant) if variant else label(stack)]
            if several_users:
                row.append(f"{users:,}")
            row += [cell(_series(some, column), column.show) for column in columns]
            gone = sum(map(lost, some))
            if runs[0].how != "batch":
                row.append(f"{gone:,.0f} of {sum(map(sent, some)):,.0f}" if gone else "0")
            rows.append(row)
    unit = "a second" if runs[0].how == "open" else "users"
    head = ["", *([unit] if several_users else []), *(column.name for column in columns)]
    head += ["not answered"] if runs[0].how != "batch" else []
    return Table(head, rows)


def _figures_first(group: tuple[tuple[int, str], list[Run]]) -> tuple[object, ...]:
    """Sorts 10 threads before 100, and by words where there are no figures."""
    options = group[1][0].options
    return group[0][0], sorted(value for value in options.values() if not isinstance(value, str)), group[0][1]


def _variant(run: Run, apart: tuple[str, ...] | None) -> str:
    if apart is None:
        kept = {name: value for name, value in run.options.items() if name not in USUAL}
        return options(run.model_copy(update={"options": kept}))
    told = [(name, run.options[name]) for name in apart if name in run.options]
    return ", ".join(str(value) if isinstance(value, str) else f"{setting(value)} {name}" for name, value in told)


def _series(runs: Sequence[Run], column: Column) -> Series:
    found = (column.figure(run) for run in runs)
    return Series(tuple(value for value in found if value is not None))


def unanswered(evidence: Evidence) -> Iterator[Block]:
    """Every request that got no answer, by number and by kind."""
    groups: dict[tuple[str, str, int, str], list[Run]] = {}
    for run in evidence.runs:
        if lost(run):
            groups.setdefault(
                (
                    run.scenario,
                    run.stack,
                    run.users,
                    _variant(run, ("how", "threads") if run.scenario == "threads" else ("how",)),
                ),
                [],
            ).append(run)
    if not groups:
        if any(map(sent, evidence.runs)):
            yield Text(f"None: each of the {sum(map(sent, evidence.runs)):,.0f} requests that count was answered.")
        return
    yield Text("Requests that failed or were not answered within the time limit, of all repeats together.")
    rows: list[list[Cell]] = []
    for (name, stack, users, variant), runs in groups.items():
        everything = evidence.of(stack, name, users)
        failed: dict[str, int] = {}
        for run in runs:
            for kind, many in run.failed.items():
                failed[kind] = failed.get(kind, 0) + many
        rows.append(
            [
                (TITLES.get(name, name), variant) if variant else TITLES.get(name, name),
                label(stack),
                f"{users:,}",
                f"{sum(map(sent, everything)):,.0f}",
                f"{sum(run.unanswered for run in runs):,}",
                ", ".join(f"{many:,} × {kind}" for kind, many in failed.items()) or "0",
            ]
        )
    head = ["scenario", "stack", "users", "sent", "no answer in time", "failed"]
    yield Table(head, rows, frozenset({0, 1}))
