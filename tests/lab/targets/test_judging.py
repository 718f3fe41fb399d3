"""Figures into verdicts, on made-up figures."""

import pytest

from headway.console import CannotStart
from headway.lab.targets.judging import judged
from headway.lab.targets.rows import ROWS, Row, chosen
from headway.lab.targets.run import GROUPS
from headway.lab.targets.schemas import Measured, Verdict

MORE = Row("more", "as many", "answers/s", "floor", at_least=1.4)
LESS = Row("less", "no slower", "ms", "10,000 tasks", at_most=1.3)
PLAIN = Row("plain", "small", "MB", at_most=90)
OPEN = Row("open", "told", "ms", "nobody")


def measured(*pairs: tuple[float, float | None]) -> list[Measured]:
    return [Measured(row="", repeat=n, headway=one, other=other) for n, (one, other) in enumerate(pairs, start=1)]


@pytest.mark.parametrize(
    ("row", "pairs", "verdict"),
    [
        (MORE, [(140, 100)], "reached"),
        (MORE, [(139.9, 100)], "not reached"),
        (MORE, [(100, 100), (150, 100), (160, 100)], "reached"),
        (LESS, [(130, 100)], "reached"),
        (LESS, [(131, 100)], "not reached"),
        (PLAIN, [(90, None)], "reached"),
        (PLAIN, [(90, None), (91, None), (92, None)], "not reached"),
        (OPEN, [(2, 1)], "no target"),
        (MORE, [], "not measured"),
        (MORE, [(140, 0)], "not measured"),
    ],
)
def test_a_verdict_is_by_the_median(row: Row, pairs: list[tuple[float, float | None]], verdict: Verdict) -> None:
    assert judged(row, measured(*pairs)).verdict == verdict


def test_ratios_are_within_a_repeat() -> None:
    # The machine was three times as fast in the second: neither side gains by it.
    row = judged(MORE, measured((100, 50), (300, 150), (90, 60)), ["twice", "twice"])
    assert row.ratio is not None
    assert (row.ratio.median, row.ratio.least, row.ratio.most) == (2.0, 1.5, 2.0)
    assert row.headway is not None
    assert (row.headway.median, row.headway.least, row.headway.most) == (100, 90, 300)
    assert (row.repeats, row.notes) == (3, ["twice"])


def test_targets_are_printed_with_what_they_are_for() -> None:
    assert [row.target for row in (MORE, LESS, PLAIN, OPEN)] == ["≥ 1.4", "≤ 1.3", "≤ 90 MB", "–"]


def test_rows_are_chosen_by_name_in_the_order_of_the_table() -> None:
    assert chosen(["board", "read"], large=False) == ["read", "board"]
    assert chosen([], large=True) == list(ROWS)
    assert chosen([], large=False) == [key for key, row in ROWS.items() if not row.large]
    with pytest.raises(CannotStart, match=r"There is no row reed\. There are: read, page"):
        chosen(["reed"], large=False)


def test_every_row_is_measured_once() -> None:
    assert sorted(row for _, rows in GROUPS for row in rows) == sorted(ROWS)
