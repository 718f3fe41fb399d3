"""What comes back is what was there; and until all of it is there, nothing of the present is touched."""

import contextlib
import http.client
import json
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from headway.backup.catalog import connected, revision_of
from headway.migrations.known import migrations_here
from tests.backup.place import BEHIND, CHANGED, Place, place, released
from tests.cli.running import Running, running
from tests.faults.hammer import PASSWORD, Client
from tests.processes import Headway, home_folder
from tests.promises.stage import WHOLE

STEPS = [
    "is whole",
    "Making a database to restore into",
    "Restoring the tables",
    "Bringing it up to date",
    "Putting it in place",
]
# From the last thing said on: milliseconds until the kill.
PAUSES = [0, 10, 30, 60, 100, 150, 250, 400] if WHOLE else [0]


def test_everything_comes_back_to_an_empty_place(full: Place, made: Path, bare: Place) -> None:
    said = bare.ran("restore", str(made))
    assert "Everybody has to sign in again." in said
    assert bare.prints(*CHANGED) == full.prints(*CHANGED)
    assert full.do("SELECT count(*) FROM sign_in") != [(0,)]
    assert bare.do("SELECT count(*) FROM sign_in") == [(0,)]
    assert bare.do("SELECT act, means FROM audit_entry ORDER BY at DESC LIMIT 1") == [("backup.restored", "cli")]
    assert bare.databases() == set()


def test_who_is_there_stays_unless_told_and_is_put_aside(full: Place, made: Path) -> None:
    full.do("UPDATE project SET name = 'Of today'")
    today = full.prints()
    assert "holds people's accounts already" in full.refused("restore", str(made))
    assert full.prints() == today
    before = full.databases()
    said = full.ran("restore", str(made), "--replace")
    assert full.do("SELECT 1 FROM project WHERE name = 'Of today'") == []
    (kept,) = full.databases() - before
    assert f"is kept as database {kept}" in said
    url = full.settings.plain_url.replace(str(full.settings.database().name), kept)
    with psycopg.connect(url) as old:
        assert old.execute("SELECT 1 FROM project WHERE name = 'Of today'").fetchone()
    assert f"Removed {kept}" in full.ran("restore", "--forget")
    assert full.databases() == before


def test_a_database_in_use_is_left_alone(full: Place, made: Path) -> None:
    before = full.prints()
    with connected(full.settings):
        assert "is in use: 1 connections are open" in full.refused("restore", str(made), "--replace")
    assert full.prints() == before


def test_a_database_of_something_else_is_left_alone(bare: Place, made: Path) -> None:
    bare.do("CREATE TABLE theirs (n int)")
    assert "tables that are not Headway's" in bare.refused("restore", str(made), "--replace")
    assert bare.do("SELECT * FROM theirs") == []


def test_somebody_elses_table_is_left_out_and_named(full: Place, bare: Place) -> None:
    full.do('CREATE TABLE "their own" AS SELECT 1 AS n')
    file = str(full.folder / "a.zip")
    full.ran("backup", file)
    done = bare.run("restore", file)
    assert done.returncode == 0, done.stderr
    assert "Left out, because they are not Headway's: their own" in done.stderr
    assert bare.prints(*CHANGED).keys() == full.prints(*CHANGED, "their own").keys()


@pytest.mark.parametrize("release", BEHIND)
def test_a_backup_of_an_older_release_is_brought_up_to_date(
    database_url: str, tmp_path: Path, bare: Place, release: str
) -> None:
    with released(database_url, tmp_path, release) as old:
        file = str(tmp_path / "old.zip")
        old.ran("backup", file)
        bare.ran("restore", file)
        people = "SELECT id, name, email, password_hash FROM person ORDER BY id"
        assert bare.do(people) == old.do(people)
    with connected(bare.settings) as db:
        assert revision_of(db) == migrations_here()[1]


@pytest.mark.faults
def test_a_restore_killed_at_any_step_leaves_the_old_or_the_new(
    database_url: str, full: Place, made: Path, tmp_path: Path
) -> None:
    with place(database_url, tmp_path) as other:
        other.ran("restore", str(made))
        new = other.prints(*CHANGED)
    for number, (step, pause) in enumerate((step, pause) for pause in PAUSES for step in STEPS):
        full.do(f"UPDATE project SET name = 'Of today {number}'")
        old = full.prints(*CHANGED)
        with full.start("restore", str(made), "--replace") as process:
            assert process.stderr is not None
            for line in process.stderr:
                if step in line:
                    break
            time.sleep(pause / 1000)  # not a wait for anything: where in the step it dies is to differ
            process.kill()
        wait_until_alone(full)
        assert full.prints(*CHANGED) in (old, new), step
    full.ran("restore", str(made), "--replace")
    assert full.prints(*CHANGED) == new


def wait_until_alone(here: Place) -> None:
    """Until the server has noticed that the killed client is gone."""
    there = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    for _ in range(500):
        with contextlib.suppress(psycopg.OperationalError):
            if here.do(f"{there} AND backend_type = 'client backend'") == [(0,)]:
                return
        time.sleep(0.02)
    raise AssertionError("a killed restore's connection is still there")


@pytest.mark.faults  # once is enough: it has PostgreSQL of its own
def test_a_home_is_backed_up_while_it_serves_and_restored_into_a_new_one(tmp_path: Path) -> None:
    file = tmp_path / "home.zip"
    with running() as here, home_folder() as new_home:
        project = next(iter(here.projects().values()))
        here.browse("POST", f"/api/projects/{project['id']}/tasks", {"title": "Kept"})
        assert here.run("backup", str(file), "--try").returncode == 0
        for number in range(5):
            here.browse("POST", f"/api/projects/{project['id']}/tasks", {"title": f"Lost {number}"})
        seen = here.board(project["key"])["revision"]
        refused = here.run("restore", str(file), "--replace")
        assert (refused.returncode, "is in use by a Headway" in refused.stderr) == (2, True)
        assert file.stat().st_mode & 0o777 == 0o600
        done = here.run("restore", str(file), HEADWAY_HOME=str(new_home))
        assert done.returncode == 0, done.stderr
        after_a_restore(new_home, here, project, seen)


def after_a_restore(home: Path, here: Running, project: Any, seen: int) -> None:
    """Who was signed in is not any more; and who comes back ahead of what is there now has to fetch it afresh."""
    again = Headway(home=home).ready()
    try:
        with Client(again, here.owner.cookie) as browser:
            with pytest.raises(AssertionError, match="401"):
                browser.send("GET", "/api/me")
            browser.cookie = None
            browser.send("POST", "/api/sessions", {"email": "owner@example.org", "password": PASSWORD})
            board = browser.send("GET", f"/api/projects/{project['id']}/board")
        assert "Kept" in [task["title"] for task in board["tasks"]]
        assert board["revision"] < seen
        stream = http.client.HTTPConnection("127.0.0.1", again.port, timeout=20)
        headers = {"Authorization": f"Bearer {here.token}", "Accept": "text/event-stream", "Last-Event-ID": str(seen)}
        stream.request("GET", f"/api/events?topic=project:{project['id']}", headers=headers)
        with stream.getresponse() as answer:
            lines = iter(answer.readline, b"")
            assert next(line for line in lines if line.startswith((b"event", b"id"))) == b"event: reload\n"
            told = json.loads(next(line for line in lines if line.startswith(b"data")).partition(b": ")[2])
        stream.close()
        assert told["revision"] == board["revision"]
    finally:
        again.stop()
