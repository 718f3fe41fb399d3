"""`headway serve` as its users meet it: what the console says, what is refused, and how it ends."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from headway.postgres.process import processes_in
from headway.postgres.server import socket_folder
from tests.faults.hammer import Client, set_up, titles
from tests.processes import (
    Headway,
    clean_environment,
    free_port,
    home_folder,
    is_running,
    ordinary_user,
    refused,
    wait_until,
)

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def lasting_home() -> Iterator[Path]:
    """One home for the tests that only need some home; it is served by one test at a time."""
    with home_folder() as folder:
        yield folder


@pytest.fixture
def home() -> Iterator[Path]:
    with home_folder() as folder:
        yield folder


@contextlib.contextmanager
def serving(home: Path, *arguments: str, **env: str) -> Iterator[Headway]:
    headway = Headway(*arguments, home=home, env=env)
    try:
        yield headway.ready()
    finally:
        headway.stop()


def test_it_says_what_it_does_and_ends_cleanly(home: Path) -> None:
    headway = Headway(home=home).ready()
    assert headway.is_healthy()
    family = headway.family()
    assert headway.stop() == 0
    assert headway.errors == []
    said = "\n".join(headway.lines)
    assert re.search(r"^Headway \d", said)
    assert f"Database: creating {home}/data (once, a few seconds)" in said
    assert "Open the address below to create the owner's account." in said
    assert said.index("creating") < said.index("starting PostgreSQL") < said.index("Ready: ")
    assert f"Ready: {headway.url}" in headway.lines
    assert "Stopping" in said
    assert [pid for pid in family if is_running(pid)] == []
    assert processes_in(home / "data") == []
    assert not socket_folder(home).exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_other_ways_to_ask_it_to_stop(lasting_home: Path, how: signal.Signals) -> None:
    headway = Headway(home=lasting_home).ready()
    assert headway.stop(how) == 0
    assert headway.errors == []


def test_ctrl_c_during_the_start_leaves_nothing(home: Path) -> None:
    headway = Headway(home=home)
    headway.wait_for("Database: creating")
    family = headway.family()
    assert headway.stop() == 0
    assert headway.errors == []
    wait_until(lambda: not any(map(is_running, family)), what="nothing left", seconds=5)
    with serving(home) as again:
        assert again.is_healthy()


def test_a_second_ctrl_c_stops_at_once(lasting_home: Path) -> None:
    headway = Headway(home=lasting_home).ready()
    family = headway.family()
    worker = headway.workers()[0]
    os.kill(worker, signal.SIGSTOP)  # it will not finish in time
    headway.process.send_signal(signal.SIGINT)
    headway.wait_for("Stopping")
    began = time.monotonic()
    assert headway.stop() == 1
    assert time.monotonic() - began < 5
    assert "Traceback" not in "\n".join(headway.errors)
    wait_until(lambda: not any(map(is_running, family)), what="nothing left", seconds=5)


def test_a_second_instance_on_the_same_home_names_the_first(lasting_home: Path) -> None:
    with serving(lasting_home) as first:
        said = refused(Headway(home=lasting_home))
        assert said == (
            f"{lasting_home} is in use by another Headway (process {first.process.pid}). "
            "Stop that one, or choose another folder with --home."
        )
        assert first.is_healthy()


def test_a_taken_port(lasting_home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused(Headway(home=lasting_home, port=port))
    assert said.startswith(f"Port {port} on 127.0.0.1 is taken. ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--port", "0"], "--port 0: input should be greater than or equal to 1."),
        (["--port", "70000"], "--port 70000: input should be less than or equal to 65535."),
        (["--port", "x"], "Invalid value for '--port': 'x' is not a valid integer."),
        (["--workers", "0"], "--workers 0: input should be greater than or equal to 1."),
        (["--workers", "1000"], "--workers 1000: input should be less than or equal to 64."),
        (["--host", "no.such.host.invalid"], "--host no.such.host.invalid: there is no such address. "),
        (["--host", "192.0.2.99"], "--host 192.0.2.99: this machine does not have that address. "),
        (["--frobnicate"], "No such option"),
        (["frobnicate"], "No such command 'frobnicate'."),
        (["serve", "twice"], "Got unexpected extra argument (twice)"),
    ],
)
def test_bad_flags(lasting_home: Path, arguments: list[str], says: str) -> None:
    assert says in refused(Headway(*arguments, home=lasting_home))


def test_more_connections_than_the_embedded_server_gives(lasting_home: Path) -> None:
    said = refused(Headway("--workers", "20", home=lasting_home, env={"HEADWAY_POOL_SIZE": "200"}))
    assert said.startswith("The workers would need 4100 database connections")


def test_a_folder_that_cannot_be_written(home: Path) -> None:
    home.parent.joinpath("file").write_text("not a folder")
    said = refused(Headway(home=home.parent / "file" / "home"))
    assert re.search(r"Not a directory\. Make .* a folder this user can write to, or choose another", said)
    someone = ordinary_user()
    if someone is not None and os.geteuid() == 0:
        said = refused(Headway(home=Path("/var/lib/headway-of-root"), someone=someone))
        assert "/var/lib/headway-of-root: Permission denied." in said


def test_an_ordinary_user_serves_too() -> None:
    someone = ordinary_user()
    if someone is None:
        pytest.skip("no Python here that an ordinary user may run")
    with home_folder(someone) as home:
        for _ in range(2):
            headway = Headway(home=home, someone=someone).ready()
            assert headway.is_healthy()
            assert headway.stop() == 0
            assert headway.errors == []


def test_several_workers_serve_one_socket(lasting_home: Path) -> None:
    with serving(lasting_home, "--workers", "2") as headway:
        assert len(headway.workers()) == 2
        assert all(headway.is_healthy() for _ in range(20))


def test_a_batch_command_works_beside_the_server_and_without_it(lasting_home: Path) -> None:
    def migrate() -> str:
        done = subprocess.run(
            [sys.executable, "-m", "headway.cli.main", "migrate"],
            env=clean_environment({"HEADWAY_HOME": str(lasting_home)}),
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert migrate().startswith("The database is up to date")
    with serving(lasting_home) as headway:
        assert migrate().startswith("The database is up to date")
        assert headway.is_healthy()


def test_off_loopback_the_owner_needs_the_link_from_the_console(home: Path) -> None:
    with serving(home, "--host", "0.0.0.0") as headway:
        line = headway.wait_for("/setup#")
        token = re.search(r"http://[\d.]+:\d+/setup#([\w-]{40,})$", line)
        assert token
        assert "0.0.0.0" not in line
        with psycopg.connect(headway.database_address()) as connection:
            row = connection.execute("SELECT demo, octet_length(setup_token_hash) FROM instance").fetchone()
        assert row == (False, 32)
    with serving(home) as headway:
        assert not headway.has_said("/setup#")


def test_a_public_address_is_what_is_printed(lasting_home: Path) -> None:
    with serving(lasting_home, HEADWAY_URL="https://tasks.example.org") as headway:
        assert headway.has_said(r"^Ready: https://tasks\.example\.org$")


def test_the_demo_leaves_a_home_that_is_none_alone(home: Path) -> None:
    with serving(home) as headway:
        cookie, project = set_up(headway)
    said = refused(Headway("--demo", home=home))
    assert said == f"{home} is not a demo, so --demo leaves it alone. Choose an empty folder with --home."
    with serving(home) as headway:
        assert titles(headway, cookie, project) == []
        assert headway.get("/api/setup")["demo"] is False


def test_the_demo_prints_its_people_and_new_passwords_each_time(home: Path) -> None:
    printed = []
    for _ in range(2):
        with serving(home, "--demo") as headway:
            people = [line.split()[:2] for line in headway.lines if line.startswith("  ")]
            printed.append(dict(people))
            email, password = people[0]
            with Client(headway) as client:
                me = client.send("POST", "/api/sessions", {"email": email, "password": password})
            assert me["workspaces"]
            assert headway.get("/api/setup")["demo"] is True
    first, second = printed
    assert first.keys() == second.keys()
    assert not set(first.values()) & set(second.values())
    with serving(home) as headway:  # without --demo it goes on being the demo, with the passwords of last time
        assert not [line for line in headway.lines if line.startswith("  ")]
        with Client(headway) as client:
            client.send("POST", "/api/sessions", {"email": email, "password": password})


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = """
import sys
from headway.cli.main import cli
try:
    cli.main(["--help"], prog_name="headway")
except SystemExit:
    pass
heavy = {"fastapi", "sqlalchemy", "pydantic", "asyncpg", "psycopg", "asyncio"} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    for name in ("serve", "demo", "migrate", "user", "task", "import"):
        assert re.search(rf"^  {name}  ", done.stdout, re.MULTILINE)


def test_the_supervisor_stays_small() -> None:
    code = """
import sys
import headway.cli.supervisor
heavy = {"fastapi", "sqlalchemy", "pydantic", "asyncpg", "psycopg", "asyncio"} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_output_into_a_pipe_that_closes(lasting_home: Path) -> None:
    port = free_port()
    done = subprocess.run(
        ["/bin/sh", "-c", f"'{sys.executable}' -m headway.cli.main --help | head -1"],
        env=clean_environment({"HEADWAY_HOME": str(lasting_home), "HEADWAY_PORT": str(port)}),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
