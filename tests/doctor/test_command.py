"""`headway doctor` as a command: on a running home, a stopped one, none, and where the very first thing is wrong."""

import json
from pathlib import Path
from typing import Any

import psycopg

from headway.settings import Settings
from tests.cli.running import command, running
from tests.processes import free_port, home_folder

ALL = {
    "Setup": ["asyncpg", "Database URL", "Mail"],
    "Code": ["Sync session", "Endpoints"],
    "Database": ["PostgreSQL", "Migrations", "Connections", "Disk", "Clock", "Backups"],
    "App": ["Event loop", "Rollback", "100 at once", "Sessions"],
    "Lab": ["Last lab run"],
}


def checks(document: Any, state: str) -> list[str]:
    return [one["name"] for one in document["checks"] if one["state"] == state]


def test_it_looks_at_a_running_home_and_at_a_stopped_one() -> None:
    with running() as server:
        home = server.headway.home
        done = server.run("doctor", "--json")
        assert (done.returncode, done.stderr) == (0, ""), (done.stdout, done.stderr)
        told = json.loads(done.stdout)
        groups = {group: [one["name"] for one in told["checks"] if one["group"] == group] for group in ALL}
        assert groups == ALL
        assert checks(told, "wrong") == checks(told, "not checked") == []
        assert checks(told, "not set up") == ["Mail", "Backups", "Last lab run"]
        assert "embedded, running" in figure(told, "PostgreSQL")
        assert server.headway.is_healthy()
        server.headway.stop()
        done = command("doctor", env={"HEADWAY_HOME": str(home)})
        assert (done.returncode, done.stderr) == (0, ""), (done.stdout, done.stderr)
        assert "started for this" in done.stdout
        assert "Nothing is wrong." in done.stdout
        lines = done.stdout.splitlines()
        assert len(lines) < 35  # one screen
        assert all(line == line.rstrip() and "\x1b" not in line for line in lines)
        assert not (home / "data" / "postmaster.pid").exists()


def figure(document: Any, name: str) -> str:
    return str(next(one["figure"] for one in document["checks"] if one["name"] == name))


def failed(name: str, **env: str) -> Any:
    """The one check that is wrong, as the command tells it."""
    done = command("doctor", "--json", env=env)
    assert (done.returncode, done.stderr) == (1, ""), (done.stdout, done.stderr)
    told = json.loads(done.stdout)
    assert told["state"] == "wrong"
    assert checks(told, "wrong") == [name]
    return next(one for one in told["checks"] if one["name"] == name)


def test_an_address_of_another_database_is_wrong() -> None:
    finding = failed("Settings", HEADWAY_DATABASE_URL="mysql://ada:secret@db/tasks")
    assert finding["figure"].startswith("HEADWAY_DATABASE_URL: must look like postgresql://")
    assert "secret" not in str(finding)
    assert finding["fix"]


def test_a_database_that_nobody_runs_is_one_line() -> None:
    url = f"postgresql://ada:secret@127.0.0.1:{free_port()}/tasks"
    finding = failed("PostgreSQL", HEADWAY_DATABASE_URL=url)
    assert finding["figure"].startswith("No PostgreSQL is listening at 127.0.0.1:")
    assert finding["fix"] == "Start it, or check HEADWAY_DATABASE_URL."


def test_without_asyncpg_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "asyncpg.py").write_text("raise ImportError('No module named asyncpg')")
    finding = failed("asyncpg", PYTHONPATH=str(tmp_path), HEADWAY_DATABASE_URL="postgresql://ada@127.0.0.1/tasks")
    assert finding["figure"] == "cannot be imported: No module named asyncpg"
    assert finding["fix"].startswith("pip install")


def test_where_nothing_is_yet_it_makes_nothing() -> None:
    with home_folder() as home:
        done = command("doctor", env={"HEADWAY_HOME": str(home)})
        assert done.returncode == 0, (done.stdout, done.stderr)
        assert f"{home} holds none yet" in done.stdout
        assert not home.exists()


def test_tables_that_are_not_as_they_should_be_are_one_line(own_database: str) -> None:
    server = Settings(database_url=own_database)
    with psycopg.connect(server.plain_url, autocommit=True) as db:
        db.execute("ALTER TABLE project RENAME TO elsewhere")
        finding = failed("Access", HEADWAY_DATABASE_URL=own_database)
    assert finding["figure"] == 'refused while it was looked at: relation "project" does not exist'
