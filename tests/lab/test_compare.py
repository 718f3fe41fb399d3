"""Two runs differ where their repeats do not overlap, and what keeps them from being compared is told first."""

from io import StringIO

from rich.console import Console

from headway.lab.compare import Comparison, Row, compare, text
from headway.runs.schemas import Machine, Result, Run
from tests.lab.results import a_run, result


def runs(*means: float, users: int = 100, **options: float | str) -> list[Run]:
    given: dict[str, float | str] = {"pool": 100.0, "time_limit": 8.0, **options}
    return [a_run("fair", "one-call", users, mean, repeat=at, options=given) for at, mean in enumerate(means, 1)]


def only(one: list[Run], other: list[Run]) -> Row:
    (row,) = compare(result(runs=one, claims=[]), result(runs=other, claims=[])).rows
    return row


def printed(comparison: Comparison) -> str:
    paper = StringIO()
    Console(width=240, file=paper).print(text(comparison))
    return paper.getvalue()


def test_overlapping_repeats_are_the_same() -> None:
    row = only(runs(100, 110, 120), runs(118, 125, 140))
    assert row.is_same
    assert row.words == "same within spread"


def test_a_difference_is_a_factor_with_its_direction() -> None:
    assert only(runs(100, 110, 120), runs(50, 55, 60)).words == "2.0 times faster"
    assert only(runs(100, 110, 120), runs(320, 330, 340)).words == "3.0 times slower"
    assert only(runs(100, 101), runs(103, 104)).words == "1.03 times slower"


def test_one_run_has_no_spread() -> None:
    row = only(runs(100), runs(50))
    assert not row.is_same
    assert row.words == "2.0 times faster, but one run has no spread"


def test_more_answers_are_better() -> None:
    one, other = (
        [a_run("fair", "threads", 200, 50, repeat=at, throughput=rate) for at in (1, 2)] for rate in (100.0, 150.0)
    )
    assert only(one, other).words == "1.5 times as many"
    assert only(other, one).words == "1.5 times fewer"


def test_who_leaves_requests_unanswered_is_not_faster() -> None:
    lost = [run.model_copy(update={"answered": 10, "unanswered": 90}) for run in runs(60, 61)]
    row = only(runs(300, 310), lost)
    assert row.words == "24 times slower"
    assert row.note == "not answered, counted with the time limit: 0 of 200 → 180 of 200"


def test_another_pool_is_compared_and_told_other_threads_are_another_thing() -> None:
    assert only(runs(100, 110), runs(50, 55, pool=20.0)).note == "pool 100 → 20"
    both = compare(
        result(runs=runs(100, 110, threads=10.0), claims=[]), result(runs=runs(50, 55, threads=40.0), claims=[])
    )
    assert both.rows == []
    assert both.only_in_a == ["fair, one-call, 100 users, threads 10"]
    assert both.only_in_b == ["fair, one-call, 100 users, threads 40"]
    assert "nothing in common" in printed(both)


def test_another_machine_version_setting_or_end_is_told_before_figures() -> None:
    machine = Machine(processor="Other", cores=64, memory_gb=8.2, system="Linux 6.1", load_before=None)
    one = result()
    other = result(
        machine=machine, versions={"python": "3.13.1"}, settings={"tasks": 10_000.0}, ended="interrupted", slower=2
    )
    comparison = compare(one, other)
    told = " ".join(comparison.differing)
    assert comparison.differing[0] == "not comparable: another machine (processor Made-up Processor 3000, Other)"
    for words in ("cores 2, 64", "python: 3.11.9, 3.13.1", "asyncpg: 0.32.0, none", "tasks: 200,000, then 10,000"):
        assert words in told
    assert "B is not whole: interrupted" in told
    shown = printed(comparison)
    assert shown.index("not comparable") < shown.index("one-call")


def test_verdicts_that_changed_are_told() -> None:
    comparison = compare(result(), result(slower=1.4))
    changed = {one.id: (one.before, one.after) for one in comparison.verdicts}
    assert changed["table-10-async"] == ("holds", "does not hold")
    assert "10 concurrent: AsyncSession (table-10-async): holds → does not hold" in printed(comparison)


def test_a_run_is_the_same_as_itself() -> None:
    whole: Result = result()
    comparison = compare(whole, whole)
    assert comparison.differing == []
    assert comparison.verdicts == []
    assert comparison.rows
    assert all(row.is_same for row in comparison.rows)
