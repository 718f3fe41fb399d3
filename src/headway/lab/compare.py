"""Two lab runs side by side: what changed by more than their repeats differ among themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from headway.lab.claims.evidence import Series, lost, sent
from headway.lab.report.words import between, counted, in_order, label, setting
from headway.lab.yardsticks import MEAN, MEASURES, Measure, difference
from headway.runs.schemas import Claim, Result, Run, Verdict

# What a run was made with and does not name it: it may differ between two runs of the same thing, and is told then.
MAY_DIFFER = ("pool", "time_limit")
Key = tuple[str, str, int, tuple[tuple[str, float | str], ...]]


@dataclass(frozen=True)
class Row:
    """One figure of one scenario in both runs. `ratio` is B by A."""

    stack: str
    scenario: str
    users: int
    options: tuple[tuple[str, float | str], ...]
    measure: Measure
    a: Series
    b: Series
    ratio: float
    is_same: bool
    words: str
    note: str | None


@dataclass(frozen=True)
class Changed:
    """A claim whose verdict is another one; None: that run did not look at it."""

    id: str
    claim: str
    before: Verdict | None
    after: Verdict | None


@dataclass(frozen=True)
class Comparison:
    """`differing` is what makes the two hard to compare: read it before any figure."""

    a: str
    b: str
    differing: list[str]
    rows: list[Row]
    verdicts: list[Changed]
    only_in_a: list[str]
    only_in_b: list[str]


def compare(a: Result, b: Result) -> Comparison:
    """Figure by figure, for each scenario that both runs measured."""
    first, second = _groups(a), _groups(b)
    order = in_order([stack for stack, *_ in first])
    both = sorted((key for key in first if key in second), key=lambda key: (key[1], key[2], order.index(key[0])))
    return Comparison(
        a=a.id,
        b=b.id,
        differing=list(_differing(a, b)),
        rows=[row for key in both for row in _rows(key, first[key], second[key])],
        verdicts=list(_verdicts(a, b)),
        only_in_a=[_named(key) for key in first if key not in second],
        only_in_b=[_named(key) for key in second if key not in first],
    )


def _groups(result: Result) -> dict[Key, list[Run]]:
    groups: dict[Key, list[Run]] = {}
    for run in result.runs:
        options = tuple(sorted((name, value) for name, value in run.options.items() if name not in MAY_DIFFER))
        groups.setdefault((run.stack, run.scenario, run.users, options), []).append(run)
    return groups


def _named(key: Key) -> str:
    stack, scenario, users, options = key
    told = "".join(f", {name} {setting(value)}" for name, value in options)
    return f"{stack}, {scenario}, {users:,} users{told}"


def _rows(key: Key, first: list[Run], second: list[Run]) -> Iterator[Row]:
    stack, scenario, users, options = key
    for measure in MEASURES.get(scenario, (MEAN,)):
        a, b = _series(measure, first), _series(measure, second)
        if not a or not b or not a.median:
            continue
        is_same = a.least <= b.most and b.least <= a.most
        words = "same within spread" if is_same else difference(measure, a.median, b.median)
        if min(len(a.values), len(b.values)) < 2:
            # The difference between two single runs may be any.
            is_same, words = False, f"{difference(measure, a.median, b.median)}, but one run has no spread"
        yield Row(
            stack, scenario, users, options, measure, a, b, b.median / a.median, is_same, words, _note(first, second)
        )


def _series(measure: Measure, runs: list[Run]) -> Series:
    found = (measure.figure(run) for run in runs)
    return Series(tuple(value for value in found if value is not None))


def _note(first: list[Run], second: list[Run]) -> str | None:
    """What flatters one of the two, or was set otherwise."""
    told = []
    gone, all_sent = ([sum(map(one, runs)) for runs in (first, second)] for one in (lost, sent))
    if any(gone):
        told.append(
            "not answered, counted with the time limit: "
            + " → ".join(f"{one:,.0f} of {many:,.0f}" for one, many in zip(gone, all_sent, strict=True))
        )
    for name in MAY_DIFFER:
        values = [runs[0].options.get(name) for runs in (first, second)]
        if values[0] != values[1]:
            told.append(
                f"{name.replace('_', ' ')} " + " → ".join("none" if one is None else setting(one) for one in values)
            )
    return "; ".join(told) or None


def _differing(a: Result, b: Result) -> Iterator[str]:
    for field in ("processor", "cores", "memory_gb", "system"):
        one, other = getattr(a.machine, field), getattr(b.machine, field)
        if one != other:
            yield f"not comparable: another machine ({field.replace('_gb', '')} {one}, {other})"
    for name in sorted({*a.versions, *b.versions}):
        one, other = a.versions.get(name, "none"), b.versions.get(name, "none")
        if one != other:
            yield f"another version of {name}: {one}, {other}"
    for name in dict.fromkeys([*a.settings, *b.settings]):
        if a.settings.get(name) != b.settings.get(name):
            told = (setting(run.settings[name]) if name in run.settings else "none" for run in (a, b))
            yield f"another setting, {name}: {', then '.join(told)}"
    for letter, result in (("A", a), ("B", b)):
        if result.ended != "finished":
            yield f"{letter} is not whole: {result.ended}"
        if result.warnings:
            yield f"{letter} has warnings of its own: {len(result.warnings)}"


def _verdicts(a: Result, b: Result) -> Iterator[Changed]:
    before: dict[str, Claim]
    before, after = ({one.id: one for one in result.claims} for result in (a, b))
    for id_, claim in {**before, **after}.items():
        old, new = (claims[id_].verdict if id_ in claims else None for claims in (before, after))
        if old != new:
            yield Changed(id_, claim.claim, old, new)


def text(comparison: Comparison) -> RenderableType:
    """For a terminal."""
    parts: list[RenderableType] = [Text(f"A {comparison.a}\nB {comparison.b}")]
    if comparison.differing:
        parts.append(Text("\nBefore you compare:", style="bold"))
        parts += [Text(f"  {one}") for one in comparison.differing]
    parts.append(Text(f"\n{summary(comparison)}", style="bold"))
    if comparison.rows:
        parts.append(_table(comparison.rows))
    if comparison.verdicts:
        parts.append(Text("Verdicts that changed:", style="bold"))
        parts += [
            Text(f"  {one.claim} ({one.id}): {one.before or 'not looked at'} → {one.after or 'not looked at'}")
            for one in comparison.verdicts
        ]
    for letter, only in (("A", comparison.only_in_a), ("B", comparison.only_in_b)):
        if only:
            parts.append(Text(f"Only in {letter}: {'; '.join(only)}"))
    return Group(*parts)


def summary(comparison: Comparison) -> str:
    """One sentence."""
    same, rows = sum(row.is_same for row in comparison.rows), len(comparison.rows)
    if not rows:
        return "The two runs measured nothing in common."
    changed = counted(len(comparison.verdicts), "verdict", "verdicts")
    return f"{same} of {rows} figures are the same within their spread; {changed} changed."


def _table(rows: list[Row]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name, justify in (("scenario", "left"), ("users", "right"), ("stack", "left"), ("", "left")):
        table.add_column(name, justify="right" if justify == "right" else "left")
    table.add_column("A", justify="right")
    table.add_column("B", justify="right")
    table.add_column("B is")
    for row, before in zip_longest(rows, [None, *rows[:-1]]):
        if row is None:
            continue
        is_new = before is None or (before.scenario, before.users) != (row.scenario, row.users)
        told = ", ".join(f"{name} {setting(value)}" for name, value in row.options)
        words = Text(row.words, style="dim" if row.is_same else "")
        if row.note:
            words.append(f" ({row.note})", style="dim")
        table.add_row(
            row.scenario if is_new else "", f"{row.users:,}" if is_new else "",
            label(row.stack) + (f" ({told})" if told else ""), row.measure.name,
            _figure(row.measure, row.a), _figure(row.measure, row.b), words,
        )  # fmt: skip
    return table


def _figure(measure: Measure, series: Series) -> str:
    shown = measure.show(series.median)
    spread = between(measure.show(series.least), measure.show(series.most))
    return f"{shown} ({spread})" if len(series.values) > 1 else shown
