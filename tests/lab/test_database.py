"""The lab's own database: what is in it, and that nothing of it stays."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from headway.console import CannotStart
from headway.lab.database import PREFIX, clear_away, lab_database, needed_bytes
from headway.lab.seed import Size, seed
from headway.postgres.lock import HomeLock
from tests.lab.conftest import PROJECTS, TASKS, Lab

# What makes a seed the same as another, whatever its ids.
PRINT = """
SELECT md5(string_agg(concat_ws('|', p.key, t.number, t.title, t.description, t.priority, t.rank, t.due_on,
    (SELECT string_agg(o.email, ',' ORDER BY o.email) FROM task_assignee a JOIN person o ON o.id = a.person_id
     WHERE a.task_id = t.id),
    (SELECT string_agg(l.name, ',' ORDER BY l.name) FROM task_label k JOIN label l ON l.id = k.label_id
     WHERE k.task_id = t.id)), ';' ORDER BY p.key, t.number))
FROM task t JOIN project p ON p.id = t.project_id WHERE t.number <= 20
"""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for throw-away things."""
    tmp_path.chmod(0o711)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path


def test_the_seed_is_as_large_as_asked_and_looks_like_work(lab: Lab) -> None:
    each = TASKS // PROJECTS
    assert lab.value("SELECT count(*) FROM task WHERE number <= %s", each) == TASKS
    assert (len(lab.seeded.project_ids), len(lab.seeded.task_ids)) == (PROJECTS, TASKS)
    people = lab.value("SELECT array_agg(DISTINCT n) FROM (SELECT count(*) n FROM task_assignee GROUP BY task_id) x")
    labels = lab.value("SELECT array_agg(DISTINCT n) FROM (SELECT count(*) n FROM task_label GROUP BY task_id) x")
    assert (people, labels) == ([1, 2], [1, 2, 3])  # and a quarter of the tasks has no label
    assert 50 < lab.value("SELECT avg(length(description)) FROM task WHERE number <= %s", each) < 500
    indexes = lab.value("SELECT count(*) FROM pg_indexes WHERE indexname IN ('ix_task_title', 'ix_task_description')")
    assert indexes == 2
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert lab.value("SELECT current_setting(%s)", setting) == "on"


def test_two_seeds_are_alike_and_nothing_stays(scratch: Path) -> None:
    prints = []
    size = Size(people=12, projects=3, tasks=90)
    for _ in range(2):
        with lab_database(tasks=90) as database:
            seed(database, size)
            with psycopg.connect(database.plain_url()) as db:
                prints.append(db.execute(PRINT).fetchone())
        assert list(scratch.iterdir()) == []
    assert prints[0] == prints[1] and prints[0] != (None,)


def test_what_goes_wrong_inside_leaves_nothing_either(scratch: Path) -> None:
    with pytest.raises(KeyboardInterrupt), lab_database() as database:
        assert len(list(scratch.iterdir())) == 1
        assert database.host
        raise KeyboardInterrupt
    assert list(scratch.iterdir()) == []


def test_folders_of_killed_runs_are_cleared_and_those_of_running_ones_are_not(scratch: Path) -> None:
    killed, running, other = scratch / f"{PREFIX}killed", scratch / f"{PREFIX}running", scratch / "headway-test-other"
    for folder in (killed, running, other):
        (folder / "home" / "data").mkdir(parents=True)
    lock = HomeLock(running / "home")
    lock.acquire()
    clear_away()
    assert sorted(scratch.iterdir()) == sorted((running, other))
    lock.release()


def test_a_small_disk_is_told_before_anything_is_made(scratch: Path) -> None:
    tasks = 10**12
    assert needed_bytes(200_000) < 2_000_000_000 < needed_bytes(tasks)
    told = rf"GB of disk for 1,000,000,000,000 tasks, and {scratch} has .*TMPDIR"
    with pytest.raises(CannotStart, match=told), lab_database(tasks=tasks):
        raise AssertionError("it was made")
    assert list(scratch.iterdir()) == []
