"""Runs as files: kept whole or not at all, listed newest first, and one lab at a time."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from headway.console import CannotStart
from headway.runs import kept
from tests.lab.results import STARTED, a_run, result

RUNS = [a_run("fair", "one-call", 10, 51.0), a_run("floor", "one-call", 10, 50.5)]


def test_a_kept_run_comes_back_as_it_was(tmp_path: Path) -> None:
    whole = result()
    kept.save(tmp_path, whole)
    assert kept.load(tmp_path, whole.id) == whole
    (header,) = kept.list_runs(tmp_path)
    assert (header.id, header.ended, header.size, header.measurements) == (
        whole.id,
        "finished",
        "full",
        len(whole.runs),
    )
    assert sum(header.verdicts.values()) == len(whole.claims)
    assert header.stacks[0] == "blocking" and not header.has_report
    kept.save_report(tmp_path, whole.id, "<!doctype html>é")
    assert kept.load_report(tmp_path, whole.id) == "<!doctype html>é".encode()
    assert kept.list_runs(tmp_path)[0].has_report


def test_the_newest_run_comes_first_and_a_deleted_one_is_gone(tmp_path: Path) -> None:
    for number in (2, 1, 3):
        kept.save(tmp_path, result(id=f"run-{number}", runs=RUNS, started_at=STARTED + timedelta(days=number)))
        kept.save_report(tmp_path, f"run-{number}", "page")
    assert [one.id for one in kept.list_runs(tmp_path)] == ["run-3", "run-2", "run-1"]
    kept.delete(tmp_path, "run-2")
    assert [one.id for one in kept.list_runs(tmp_path)] == ["run-3", "run-1"]
    assert kept.load_report(tmp_path, "run-2") is None
    for gone in (kept.load, kept.delete):
        with pytest.raises(kept.NoSuchRun):
            gone(tmp_path, "run-2")


def test_a_damaged_file_is_told_and_hides_no_other(tmp_path: Path) -> None:
    kept.save(tmp_path, result(id="good", runs=RUNS))
    folder = kept.folder(tmp_path)
    (folder / "half.json").write_text('{"format": 1, "id": "ha')
    (folder / "other.json").write_text("{}")
    (folder / "renamed.json").write_bytes((folder / "good.json").read_bytes())
    (folder / ".good.json-1234").write_text("a run that was being written")
    (folder / "folder.json").mkdir()
    headers, warnings = kept.look_through(tmp_path)
    assert [one.id for one in headers] == ["good"]
    assert [warning.split(" ")[0].rpartition("/")[2] for warning in warnings] == [
        "folder.json", "half.json", "other.json", "renamed.json",
    ]  # fmt: skip
    with pytest.raises(kept.Damaged):
        kept.load(tmp_path, "half")


def test_a_home_without_runs_is_no_error(tmp_path: Path) -> None:
    assert kept.look_through(tmp_path / "nowhere") == ([], [])
    assert not kept.is_running(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("name", ["../secret", "..", ".", "", "a/b", "a\0b", "running", "x" * 81, "-x", ".hidden", "é"])
def test_what_cannot_be_an_id_reaches_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.json").write_text("{}")
    for ask in (kept.load, kept.load_report, kept.delete):
        with pytest.raises(kept.NoSuchRun):
            ask(tmp_path, name)
    assert (tmp_path / "secret.json").exists()


def test_two_labs_cannot_run_at_once_and_the_second_is_told_who_runs(tmp_path: Path) -> None:
    with kept.lab_lock(tmp_path):
        assert kept.is_running(tmp_path)
        with pytest.raises(CannotStart, match=f"process {os.getpid()}"), kept.lab_lock(tmp_path):
            pass
    assert not kept.is_running(tmp_path)
    with kept.lab_lock(tmp_path):
        pass


def test_a_killed_lab_leaves_no_lock(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\nfrom headway.runs import kept\n"
        "with kept.lab_lock(pathlib.Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None and child.stdout.readline() == b"held\n"
        assert kept.is_running(tmp_path)
        child.kill()
        child.wait()
    assert not kept.is_running(tmp_path)
