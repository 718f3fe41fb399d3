"""Verdicts follow from what was measured, and from nothing else."""

from collections.abc import Iterator

import pytest

from headway.lab.claims.table import CLAIMS, score_all
from headway.runs.schemas import Claim, Latency, Run, Usage
from tests.lab.results import result


def measured(stack: str, scenario: str, users: int, *means: float, lost: int = 0, **more: float | str) -> Iterator[Run]:
    """One run for each mean in milliseconds: bursts whose slowest request took twice the mean."""
    for repeat, mean in enumerate(means, start=1):
        yield Run(
            stack=stack,
            scenario=scenario,
            users=users,
            repeat=repeat,
            order=repeat,
            how="burst",
            options={"time_limit": 8.0} | more,
            seconds=mean / 500,
            answered=users - lost,
            failed={},
            unanswered=lost,
            throughput=users / mean * 1000,
            latency=Latency(mean=mean, p50=mean, p90=mean * 1.5, p99=mean * 1.9, longest=mean * 2),
        )


def claim(name: str, *runs: Iterator[Run]) -> Claim:
    (one,) = score_all([run for some in runs for run in some], [name])
    return one


def test_a_slowness_holds_only_if_it_is_called_in_the_way_that_makes_it_slow() -> None:
    one = claim(
        "table-10-sync",
        measured("blocking", "one-call", 10, 480, 505, 490),
        measured("fair", "one-call", 10, 60, 62, 61),
    )
    assert (one.verdict, one.repeats) == ("holds only if", 3)
    assert one.only_if and "inside async def" in one.only_if
    assert "490 ms" in one.measured and "61 ms" in one.measured
    assert "480 ms to 505 ms" in one.spread


def test_a_slowness_may_be_that_of_the_slowest_request() -> None:
    one = claim(
        "table-10-sync", measured("blocking", "one-call", 10, 298, 299), measured("fair", "one-call", 10, 60, 62)
    )
    assert one.verdict == "holds only if"
    assert one.only_if and "slowest" in one.only_if


def test_a_slowness_that_is_not_there_does_not_hold() -> None:
    one = claim("table-10-sync", measured("blocking", "one-call", 10, 90, 95), measured("fair", "one-call", 10, 60, 62))
    assert one.verdict == "does not hold"


def test_a_slowness_of_any_sync_session_holds() -> None:
    one = claim(
        "table-10-sync", measured("blocking", "one-call", 10, 900, 950), measured("fair", "one-call", 10, 600, 610)
    )
    assert one.verdict == "holds"


@pytest.mark.parametrize(
    ("means", "verdict", "only_if"),
    [
        ((90, 95, 99), "holds", None),
        ((90, 95, 180), "holds only if", "quiet"),
        ((204, 210, 199), "does not hold", None),
    ],
)
def test_a_promised_time_has_to_be_reached_by_every_repeat(
    means: tuple[float, ...], verdict: str, only_if: str | None
) -> None:
    one = claim("table-100-async", measured("async-asyncpg", "one-call", 100, *means))
    assert one.verdict == verdict
    assert one.only_if is None if only_if is None else only_if in (one.only_if or "")


def test_a_promised_time_that_only_others_reach_says_who() -> None:
    one = claim(
        "table-100-async",
        measured("async-asyncpg", "one-call", 100, 204, 210),
        measured("floor", "one-call", 100, 90, 91),
    )
    assert one.verdict == "holds only if"
    assert one.only_if and "bare Starlette" in one.only_if


def test_a_promised_time_does_not_hold_for_requests_that_got_no_answer() -> None:
    one = claim("table-100-async", measured("async-asyncpg", "one-call", 100, 90, 91, lost=3))
    assert one.verdict == "does not hold"
    assert "6 got no answer" in one.why


def test_nothing_is_scored_from_one_run() -> None:
    one = claim("table-100-async", measured("async-asyncpg", "one-call", 100, 90))
    assert (one.verdict, one.repeats) == ("not measured", 1)
    assert "One run" in one.why


def test_what_was_not_measured_is_not_scored() -> None:
    assert {one.verdict for one in score_all([])} == {"not measured"}


def test_a_factor_against_requests_one_by_one_is_not_one_against_threads() -> None:
    one = claim(
        "table-100-factor",
        measured("blocking", "one-call", 100, 5_000, 5_100),
        measured("fair", "one-call", 100, 180, 190),
        measured("async-asyncpg", "one-call", 100, 100, 102),
    )
    assert one.verdict == "holds only if"
    assert "×1.8" in one.why


def test_a_timeout_counts_the_unanswered_by_number() -> None:
    one = claim(
        "table-1000-sync",
        measured("blocking", "one-call", 1_000, 4_000, 4_000, lost=850),
        measured("fair", "one-call", 1_000, 3_000, 3_100),
    )
    assert one.verdict == "holds only if"
    assert "85%" in one.measured


def with_usage(runs: Iterator[Run], rss: float, virtual: float, threads: int) -> Iterator[Run]:
    for run in runs:
        usage = Usage(
            cpu_seconds=1,
            voluntary_switches=100,
            involuntary_switches=100,
            threads=threads,
            rss=rss,
            pss=rss,
            virtual=virtual,
        )
        yield run.model_copy(update={"usage": usage})


def test_memory_of_threads_is_what_they_use_and_not_what_they_may_use() -> None:
    at_rest = with_usage(measured("fair", "rest", 0, 1, 1, threads=100.0), 75, 400, 3)
    busy = with_usage(measured("fair", "threads", 200, 500, 500, threads=100.0), 95, 1_300, 103)
    runs = [*at_rest, *busy]
    whole, per_thread = score_all(runs, ["memory-sync", "memory-thread"])
    assert per_thread.verdict == "holds only if" and "0.20 MB resident" in per_thread.measured
    assert whole.verdict == "holds only if" and "address space" in (whole.only_if or "")


def test_coalesced_reads_change_no_claim() -> None:
    """They are not one call for each request, which is what the guide speaks of."""
    runs = result().runs
    without = [run for run in runs if run.stack != "headway-shared"]
    assert len(without) < len(runs)
    assert score_all(runs) == score_all(without)


def test_every_claim_says_what_it_needs() -> None:
    assert len(CLAIMS) >= 30
    assert all(one.needs for one in CLAIMS.values())
