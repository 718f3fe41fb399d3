"""Each row end to end, on little: what comes out has the shape it should. No speed is asserted."""

import contextlib
import resource
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from headway.console import CannotStart
from headway.lab.targets import beside, beside_pgbench, growth, live, memory, one_project, starts
from headway.lab.targets.bench import POOL, Bench, turns
from headway.lab.targets.requests import ASKED
from headway.lab.targets.rows import ROWS
from headway.lab.targets.run import Measure
from headway.lab.targets.schemas import Measured
from headway.tasks.ranking import key_behind


def measured(measure: Measure, bench: Bench, rows: Sequence[str]) -> dict[str, Measured]:
    """The one figure of each row."""
    with contextlib.closing(measure(bench, rows)) as told:
        found = [one for one in told if isinstance(one, Measured)]
    assert sorted(one.row for one in found) == sorted(rows)
    assert all(one.repeat == 1 and one.headway is not None for one in found)
    assert all((one.other is not None) == bool(ROWS[one.row].beside) for one in found)
    return {one.row: one for one in found}


def test_every_second_repeat_is_the_other_way_round() -> None:
    assert list(turns(3, ["a", "b"])) == [(1, ["a", "b"]), (2, ["b", "a"]), (3, ["a", "b"])]


def test_headway_beside_its_floor(bench: Bench) -> None:
    found = measured(beside.measure_floor, bench, list(ASKED))
    assert all(one.headway > 0 and one.other for one in found.values())
    failed = [note for row in ASKED for note in bench.notes.get(row, []) if "failed" in note]
    assert failed == []


def test_headway_beside_an_idiomatic_application(bench: Bench) -> None:
    found = measured(beside.measure_idiomatic, bench, list(beside.OF_IDIOMATIC))
    assert all(one.headway > 0 and one.other for one in found.values())
    assert not [note for row in found for note in bench.notes.get(row, []) if "failed" in note]


def test_headway_beside_pgbench(bench: Bench) -> None:
    found = measured(beside_pgbench.measure, bench, [beside_pgbench.ROW])[beside_pgbench.ROW]
    assert found.headway > 0
    assert found.other


def test_pgbench_writes_what_headway_writes(bench: Bench, tmp_path: Path) -> None:
    with psycopg.connect(bench.ground.database.plain_url(), autocommit=True) as db:

        def last() -> tuple[int, ...]:
            return db.execute("SELECT (SELECT count(*) FROM task), (SELECT count(*) FROM event)").fetchone() or ()

        for name in ("create", "update"):
            command = beside_pgbench.prepare(bench.ground, tmp_path, {name: 1})
            tasks, events = last()
            done = subprocess.run([*command[:-1], "-t", "1", command[-1]], check=True, capture_output=True, text=True)
            assert "number of failed transactions: 0" in done.stdout
            assert last() == (tasks + (POOL if name == "create" else 0), events + POOL)
            kind, before, after = db.execute(
                "SELECT kind, before, after FROM event ORDER BY at DESC LIMIT 1"
            ).fetchone() or ("", None, None)
            assert kind == {"create": "task.created", "update": "task.changed"}[name]
            assert after["title"].startswith({"create": "Count the spare sails", "update": "Mend sail "}[name])
            assert (before is None) == (name == "create")
            if name == "create":
                assert after["rank"] < key_behind(after["rank"])


def test_a_pgbench_that_fails_is_told(bench: Bench, tmp_path: Path) -> None:
    command = beside_pgbench.prepare(bench.ground, tmp_path)
    (tmp_path / "get.sql").write_text("SELECT 1 / 0;\n")
    with pytest.raises(CannotStart, match=r"pgbench failed: .*division by zero"):
        beside_pgbench.run(command, 1)


def test_writers_in_one_project(bench: Bench) -> None:
    found = measured(one_project.measure, bench, [one_project.ROW])[one_project.ROW]
    assert found.headway > 0
    assert found.other


def test_memory(bench: Bench) -> None:
    found = measured(memory.measure, bench, [memory.REST, memory.BUSY])
    assert 20 < found[memory.REST].headway < 500
    assert found[memory.BUSY].headway < 200


def test_every_viewer_has_the_event(bench: Bench) -> None:
    few = Bench(replace(bench.size, viewers=30), bench.house)
    few.__dict__["ground"] = bench.ground
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    found = measured(live.measure, few, [live.LIVE, live.MEMORY, live.WRITE])
    assert 0 < found[live.LIVE].headway < 30_000
    assert found[live.MEMORY].headway < 2_000
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before


def test_more_viewers_than_the_system_allows_are_refused_with_what_to_do() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard == resource.RLIM_INFINITY:
        pytest.skip("this system sets no limit")
    with pytest.raises(CannotStart, match=r"`ulimit -Hn`.*give --viewers"), live.files_for(hard):
        pass


def test_the_one_command_and_its_help(bench: Bench) -> None:
    found = measured(starts.measure, bench, [starts.START, starts.HELP])
    assert found[starts.HELP].headway < found[starts.START].headway


def test_growth(bench: Bench) -> None:
    little = Bench(replace(bench.size, people=5, each=30, projects=(1, 2)), bench.house)
    little.__dict__["generator"] = bench.generator
    found = measured(growth.in_an_installation, little, growth.GROWN)
    assert all(one.headway > 0 and one.other for one in found.values())
    assert not any("failed" in note for notes in little.notes.values() for note in notes)
