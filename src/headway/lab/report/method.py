"""What the figures stand on: agreement, the stacks, how it was measured, the machine, and what it does not show."""

from collections.abc import Iterator

from headway.lab.claims.judging import RULES
from headway.lab.claims.words import NAMES
from headway.lab.report.document import Block, Cell, Code, Heading, Points, Table, Text
from headway.lab.report.words import counted, day, in_order, label, lasted, setting, stacks_of
from headway.lab.stacks.table import STACKS
from headway.runs.schemas import Agreement, Result

HOWS = {
    "burst": "Burst: all requests are sent at once over connections that are open already; each is sent once.",
    "closed": "Closed loop: each user sends the next request when the last one was answered, without a pause; the "
    "warm-up is not counted.",
    "open": "Open loop: requests arrive at random at a fixed rate, answered or not; times count from when each "
    "was due.",
    "batch": "Batch: one script in a process of its own, from its first statement to its commit.",
    "rest": "At rest: the server process after it started, before any request.",
}


def agreement(result: Result) -> Iterator[Block]:
    """Which answers were compared before anything was measured."""
    if not result.agreement:
        yield Text("The answers of the stacks were not compared in this run.")
        return
    yield Text(
        "Before anything was measured, each stack answered the same requests, and the parsed answers were compared: "
        "timestamps as instants, lists in their order. Sizes are of the body, uncompressed."
    )
    requests = list(dict.fromkeys(one.request for one in result.agreement))
    rows: list[list[Cell]] = []
    for stack in in_order(one.stack for one in result.agreement):
        found = {one.request: one for one in result.agreement if one.stack == stack}
        compared = "; ".join(dict.fromkeys(one.compared for one in found.values()))
        rows.append([(label(stack), compared), *(_agrees(found.get(request)) for request in requests)])
    yield Table(["stack, and what was compared", *requests], rows)
    differing = [one for one in result.agreement if not one.agrees]
    if differing:
        yield Points([f"{label(one.stack)}, {one.request}: {one.differs or 'no reason given'}" for one in differing])
    more = {one.stack: one.does_more for one in result.agreement if one.does_more}
    if more:
        yield Points([f"{label(stack)} does more for its answer: {words}." for stack, words in more.items()])


def _agrees(one: Agreement | None) -> Cell:
    if one is None:
        return ("not compared", "")
    return ("agrees" if one.agrees else "differs", f"{one.size:,} bytes")


def stacks(result: Result) -> Iterator[Block]:
    """What each stack is, with as many connections and threads as its runs had."""
    found = in_order([*stacks_of(result.runs), *(one.stack for one in result.agreement)])
    rows: list[list[Cell]] = []
    for stack in found:
        runs = [run for run in result.runs if run.stack == stack]
        sizes = [
            sorted({float(run.options[name]) for run in runs if name in run.options}) for name in ("pool", "threads")
        ]
        known = STACKS.get(stack)
        what = (known.title, known.what) if known else NAMES.get(stack, stack)
        rows.append([label(stack), what, *(", ".join(map(setting, one)) or "–" for one in sizes)])
    if rows:
        yield Text(
            "Each is one server process, with the same database and the same questions. They do not have equally many "
            "connections: that bounds how many slow calls go side by side, whatever the kind of Session."
        )
        yield Table(["in this report", "stack", "connections", "threads"], rows, frozenset({0, 1}))


def how(result: Result) -> Iterator[Block]:
    """The ways of sending, the repeats, the order, and the command."""
    kinds = dict.fromkeys(run.how for run in result.runs)
    yield Points([HOWS[kind] for kind in HOWS if kind in kinds])
    repeats = max((run.repeat for run in result.runs), default=0)
    if repeats:
        yield Text(
            f"{counted(len(result.runs), 'run', 'runs')} in up to {counted(repeats, 'repeat', 'repeats')}. Figures are "
            "medians of the repeats, with their least and most. The stacks were taken in this order:"
        )
        yield Points([f"Repeat {one}: {'; '.join(_order(result, one))}." for one in range(1, min(repeats, 4) + 1)])
    yield Heading("How verdicts are made")
    yield Points([rule.replace("`", "") for rule in RULES])
    yield Heading("The exact command")
    yield Code(result.command)


def _order(result: Result, repeat: int) -> list[str]:
    runs = sorted((run for run in result.runs if run.repeat == repeat), key=lambda run: run.order)
    return list(dict.fromkeys(label(run.stack) for run in runs))


def machine(result: Result) -> Iterator[Block]:
    """Where and with what."""
    one = result.machine
    before = "unknown" if one.load_before is None else f"{one.load_before:.2f}"
    ended = f"{result.ended} after {lasted(result.started_at, result.ended_at)}" if result.ended_at else result.ended
    facts: list[list[Cell]] = [
        ["processor", one.processor],
        ["cores", f"{one.cores:,}"],
        ["memory", f"{one.memory_gb:.1f} GB"],
        ["system", one.system],
        ["load before", before],
        ["started", day(result.started_at)],
        ["ended", ended],
        ["run", result.id],
    ]
    for name, value in result.settings.items():
        # Whole sentences, such as the rules, have been told.
        if not (isinstance(value, list) and any(str(part).endswith(".") for part in value)):
            facts.append([name, setting(value)])
    yield Table(["", "this run"], facts, frozenset({0, 1}))
    if result.versions:
        rows: list[list[Cell]] = [[name, version] for name, version in sorted(result.versions.items())]
        yield Table(["", "version"], rows, frozenset({0, 1}))


def does_not_show(result: Result) -> Iterator[Block]:
    """What nobody may conclude from it."""
    if result.does_not_show:
        yield Points(result.does_not_show)
