"""A lab run as its users start it, what it leaves, and what it does when something goes wrong in the middle."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from headway.lab import bench
from headway.lab.plan import CALLED, LOCKED, PINGED, STACKS, Size, Wanted, plan
from headway.lab.run import run_lab
from headway.lab.stacks.table import STACKS as APPS
from headway.runs.schemas import Progress, Result
from tests.processes import Headway, wait_until

TINY = Size(
    "tiny",
    tasks=2_000,
    repeats=1,
    time_limit=5,
    one_call=(1, 10),
    link=(1, 5),
    mix=(5,),
    threads=(10,),
    window=0.4,
    batch_rows=1_000,
    side_repeats=1,
)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for throw-away things; whatever a run puts there has to be gone again."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.mark.timeout(300)
def test_every_scenario_runs_on_every_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "WARM_SECONDS", 0.2)
    told: list[Progress] = []
    result = run_lab(plan(TINY, Wanted()), command="a test", tell=told.append)

    assert (result.ended, result.problem) == ("finished", None)
    ran = {(run.stack, run.scenario) for run in result.runs}
    for scenario in ("rest", "one-call"):
        assert {stack for stack, one in ran if one == scenario} == set(STACKS), scenario
    for scenario in ("link", "mix"):
        assert {stack for stack, one in ran if one == scenario} == set(STACKS) - set(CALLED), scenario
    assert {stack for stack, one in ran if one == "memory"} == set(STACKS) - set(LOCKED) - set(CALLED)
    assert {stack for stack, one in ran if one == "ping"} == set(PINGED)
    assert {"open-mix", "threads", "several", "cpu", "batch", "rollback"} <= {scenario for _, scenario in ran}
    loaded = [run for run in result.runs if run.how not in ("rest", "batch")]
    assert [run for run in loaded if not run.answered or run.failed or run.unanswered] == []
    assert all(run.usage and run.usage.rss > 10 for run in loaded)
    assert all(run.extra["rows_left"] == 0 for run in loaded if run.scenario == "rollback")
    assert [one for one in result.agreement if not one.agrees] == []
    assert {claim.verdict for claim in result.claims} == {"not measured"}  # once is not enough
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert told[-1].done == told[-1].of


def test_a_claim_that_is_made_false_is_reported_false(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    slowed = replace(APPS["async-asyncpg"], factory="tests.lab.slowed:create")
    result = run_lab(
        plan(replace(TINY, repeats=2), Wanted(claims=("table-10-async",), stacks=("async-asyncpg",))),
        command="a test",
        tell=lambda told: None,
        stacks=APPS | {"async-asyncpg": slowed},
    )
    (claim,) = result.claims
    assert (claim.verdict, claim.repeats) == ("does not hold", 2)
    assert min(run.latency.mean for run in result.runs if run.latency) > 250


class LabRun(Headway):
    """`headway lab run` of very little, as a process."""

    def __init__(self, home: Path, *arguments: str) -> None:
        least = ("--stack", "floor", "--tasks", "1000", "--progress", "lines")
        super().__init__("lab", "run", *least, *arguments, home=home, env={"TMPDIR": os.environ["TMPDIR"]})

    def measured(self) -> int:
        """How many steps are done."""
        told = [json.loads(line) for line in list(self.lines)]
        return max((int(one.get("done", 0)) for one in told), default=0)

    def children(self) -> list[psutil.Process]:
        """All processes that hang on it."""
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found

    def end(self) -> int:
        """Its exit code."""
        return self.finish()

    def kept(self) -> Result:
        """The one result it has kept."""
        (file,) = (self.home / "lab").glob("*.json")
        return Result.model_validate_json(file.read_bytes())


def test_a_run_leaves_its_result_and_nothing_else(scratch: Path, tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "result.json"
    lab = LabRun(home, "--claim", "table-10-async", "--repeat", "2", "--json", str(file))
    assert lab.end() == 0, lab.errors
    result: dict[str, Any] = json.loads(file.read_text())
    assert result["ended"] == "finished"
    assert {"claim", "conditions", "measured", "spread", "verdict", "why"} <= result["claims"][0].keys()
    assert [run["repeat"] for run in result["runs"] if run["scenario"] == "one-call"] == [1, 2]
    assert result["machine"]["cores"] and result["versions"]["sqlalchemy"]
    assert "lab run" in result["command"]
    assert lab.kept().id == result["id"]

    report = Headway("lab", "report", str(file), "--to", str(tmp_path / "report"), home=home)
    assert report.finish() == 0, report.errors
    assert result["claims"][0]["why"][:20] in (tmp_path / "report" / "report.md").read_text()
    assert (tmp_path / "report" / "report.html").stat().st_size > 5_000
    compare = Headway("lab", "compare", str(file), result["id"], home=home)
    assert compare.finish() == 0, compare.errors


@pytest.mark.faults
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_what_it_has_and_leaves_no_process(
    number: signal.Signals, scratch: Path, tmp_path: Path
) -> None:
    lab = LabRun(tmp_path / "home", "--repeat", "40")
    wait_until(lambda: lab.measured() >= 3, what="some measurements")
    children = lab.children()
    assert len(children) >= 3  # PostgreSQL, the generator, a server
    lab.process.send_signal(number)
    assert lab.end() == 130
    assert [one for one in children if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
    kept = lab.kept()
    assert kept.ended == "interrupted" and len(kept.runs) >= 2
    assert "did not finish" in " ".join(lab.errors)


@pytest.mark.faults
def test_a_killed_run_leaves_no_process_and_the_next_one_clears_its_folder(scratch: Path, tmp_path: Path) -> None:
    lab = LabRun(tmp_path / "home", "--repeat", "40")
    wait_until(lambda: lab.measured() >= 2, what="some measurements")
    children = lab.children()
    lab.process.kill()
    lab.end()
    wait_until(lambda: not [one for one in children if one.is_running()], what="an end of all children")
    assert list(scratch.iterdir())
    again = LabRun(tmp_path / "home", "--claim", "table-10-async", "--repeat", "2")
    assert again.end() == 0, again.errors


@pytest.mark.faults
@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("headway.lab.serve", "The server of floor ended"),
        ("headway.lab.load", "generator"),
        ("postgres", "database"),
    ],
)
def test_what_dies_in_the_middle_is_told_and_the_rest_is_kept(
    who: str, words: str, scratch: Path, tmp_path: Path
) -> None:
    lab = LabRun(tmp_path / "home", "--repeat", "40")
    wait_until(lambda: lab.measured() >= 3, what="some measurements")

    def victim() -> psutil.Process | None:
        return next((one for one in lab.children() if is_of(one, who)), None)

    wait_until(victim, what=who).kill()
    assert lab.end() == 1
    kept = lab.kept()
    assert kept.ended == "failed" and kept.runs
    assert kept.problem and words in kept.problem
    assert kept.problem in " ".join(lab.errors)


def is_of(process: psutil.Process, who: str) -> bool:
    """Whether this is the process of that module, or the postmaster."""
    try:
        line = process.cmdline()
    except psutil.Error:
        return False
    return who in line or (who == "postgres" and "-D" in line and line[0].endswith("postgres"))


def test_a_port_in_use_is_one_line(scratch: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        lab = LabRun(tmp_path / "home", "--port", str(taken.getsockname()[1]))
        assert lab.end() == 1
    assert "in use" in " ".join(lab.errors)


def test_a_disk_that_is_too_small_is_told_before_anything_is_made(scratch: Path, tmp_path: Path) -> None:
    lab = LabRun(tmp_path / "home", "--tasks", "100000000000")
    assert lab.end() == 1
    assert "TMPDIR" in " ".join(lab.errors)
    assert not list((tmp_path / "home").glob("lab/*.json"))


def test_a_result_that_cannot_be_written_is_told_and_kept_elsewhere(scratch: Path, tmp_path: Path) -> None:
    lab = LabRun(tmp_path / "home", "--claim", "table-10-async", "--repeat", "2", "--json", "/dev/full")
    assert lab.end() == 1
    assert "No space left" in " ".join(lab.errors)
    assert lab.kept().ended == "finished"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--stack", "fast"), "There is no stack fast"),
        (("--claim", "truth"), "There is no claim truth"),
        (("--users", "ten"), "whole numbers"),
        (("--claim", "batch"), "Nothing is left"),
    ],
)
def test_what_does_not_exist_is_refused_in_one_line(
    arguments: tuple[str, ...], words: str, scratch: Path, tmp_path: Path
) -> None:
    lab = LabRun(tmp_path / "home", *arguments)
    assert lab.end() == 2
    (line,) = lab.errors
    assert words in line
