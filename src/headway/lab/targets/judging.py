"""Figures beside their targets: pure functions."""

from collections.abc import Sequence
from statistics import median

from headway.lab.targets.rows import ROWS, Row
from headway.lab.targets.schemas import Figure, Measured, RowOut, TargetsResult, Verdict


def rows_of(result: TargetsResult, wanted: Sequence[str]) -> list[RowOut]:
    """The wanted rows in the order of the table, those included of which nothing was measured."""
    return [
        judged(ROWS[key], [one for one in result.measured if one.row == key], result.notes.get(key, []))
        for key in ROWS
        if key in wanted
    ]


def judged(row: Row, measured: Sequence[Measured], notes: Sequence[str] = ()) -> RowOut:
    """One row of the table."""
    ratios = [one.headway / one.other for one in measured if one.other]
    others = [one.other for one in measured if one.other is not None]
    headway, ratio = figure([one.headway for one in measured]), figure(ratios)
    return RowOut(
        row=row.key,
        what=row.what,
        beside=row.beside,
        unit=row.unit,
        repeats=len(measured),
        headway=headway,
        other=figure(others),
        ratio=ratio,
        target=row.target,
        verdict=verdict(row, ratio if row.beside else headway),
        notes=list(dict.fromkeys(notes)),
    )


def verdict(row: Row, found: Figure | None) -> Verdict:
    """By the median, as it is and not as it is printed."""
    if found is None:
        return "not measured"
    if row.at_least is not None:
        return "reached" if found.median >= row.at_least else "not reached"
    if row.at_most is not None:
        return "reached" if found.median <= row.at_most else "not reached"
    return "no target"


def figure(values: Sequence[float]) -> Figure | None:
    """The median of some values with the lowest and the highest; None of none."""
    return Figure(median=median(values), least=min(values), most=max(values)) if values else None
