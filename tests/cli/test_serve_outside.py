"""`headway serve` on a PostgreSQL of the user's own, right and wrong."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from headway.console import CannotStart
from headway.postgres import outside
from headway.postgres.embedded import EmbeddedDatabase
from headway.settings import load_settings
from tests.processes import Headway, free_port, home_folder, refused

PASSWORD = "p@ss/w:rd?"


class Server:
    """A PostgreSQL with TCP, as an administrator would have set it up."""

    def __init__(self, admin: str, port: int) -> None:
        self.admin, self.port = admin, port

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def url(self, *, user: str = "tasks", password: str = PASSWORD, database: str = "tasks", options: str = "") -> str:
        return f"postgres://{user}:{password}@127.0.0.1:{self.port}/{database}{options}"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with home_folder() as home:
        port = free_port()
        home.mkdir()
        home.chmod(0o755)
        rules = home / "rules.conf"
        rules.write_text("local all all trust\nhost locked all all reject\nhost all all all scram-sha-256\n")
        rules.chmod(0o644)
        options = {"listen_addresses": "127.0.0.1", "port": str(port), "hba_file": str(rules), "fsync": "off"}
        database = EmbeddedDatabase(home, options=options, durable=False)
        database.take()
        try:
            address = database.start()
            server = Server(f"postgresql://postgres@/headway?host={address.host}&port={port}", port)
            server.run(
                f"CREATE ROLE tasks LOGIN PASSWORD '{PASSWORD}'",
                "CREATE DATABASE tasks OWNER tasks",
                "CREATE DATABASE locked OWNER tasks",
                f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'",
                "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'",
            )
            yield server
        finally:
            database.stop(at_once=True)
            database.release()


@pytest.fixture
def home() -> Iterator[Path]:
    with home_folder() as folder:
        yield folder


def refusal(url: str, home: Path, *arguments: str, **env: str) -> str:
    said = refused(Headway(*arguments, home=home, env={"HEADWAY_DATABASE_URL": url, **env}))
    assert PASSWORD not in said
    return said


def test_it_serves_from_an_outside_server_and_makes_no_home(server: Server, home: Path) -> None:
    for _ in range(2):
        headway = Headway(home=home, env={"HEADWAY_DATABASE_URL": server.url()}).ready()
        assert headway.is_healthy()
        assert headway.has_said(rf"^Database: 127\.0\.0\.1:{server.port}, database tasks$")
        assert headway.stop() == 0
        assert headway.errors == []
    assert not home.exists()


def test_two_processes_on_one_database(server: Server, home: Path) -> None:
    env = {"HEADWAY_DATABASE_URL": server.url(options="?sslmode=prefer")}
    both = [Headway(home=home, env=env) for _ in range(2)]
    assert all(headway.ready().is_healthy() for headway in both)
    assert [headway.stop() for headway in both] == [0, 0]


def test_a_wrong_password(server: Server, home: Path) -> None:
    said = refusal(server.url(password="wrong"), home)
    assert (
        f"127.0.0.1:{server.port}, database tasks refused the password of user tasks. Check HEADWAY_DATABASE_" in said
    )


def test_an_unknown_user(server: Server, home: Path) -> None:
    assert "refused the password of user nobody_here" in refusal(server.url(user="nobody_here"), home)


def test_a_user_whom_the_server_does_not_let_in(server: Server, home: Path) -> None:
    assert "does not let user tasks in. Check the user, and pg_hba.conf" in refusal(server.url(database="locked"), home)


def test_no_such_database(server: Server, home: Path) -> None:
    assert "there is no such database. Create it with createdb." in refusal(server.url(database="nowhere"), home)


def test_a_user_who_may_not_make_tables(server: Server, home: Path) -> None:
    said = refusal(server.url(user="guest"), home)
    assert said.endswith("As its owner, run: GRANT CREATE ON SCHEMA public TO guest")


def test_a_user_who_may_not_add_extensions(server: Server, home: Path) -> None:
    server.run("CREATE DATABASE bare OWNER tasks")
    with psycopg.connect(server.admin.replace("/headway?", "/bare?")) as connection:
        connection.execute("GRANT CREATE ON SCHEMA public TO guest")
    said = refusal(server.url(user="guest", database="bare"), home)
    assert said.endswith("As the database's owner, run in it: CREATE EXTENSION pg_trgm")


def test_tables_that_are_somebody_elses_stay_as_they_are(server: Server, home: Path) -> None:
    server.run("CREATE DATABASE taken OWNER tasks")
    with psycopg.connect(server.url(database="taken").replace(PASSWORD, "p%40ss%2Fw%3Ard%3F")) as connection:
        connection.execute("CREATE TABLE person (id int)")
    said = refusal(server.url(database="taken"), home)
    assert said.startswith("The tables could not be brought up to date, and are as before: ")
    assert '"person"' in said


def test_a_database_that_cannot_hold_every_character(server: Server, home: Path) -> None:
    assert "is encoded in LATIN1; Headway needs UTF8." in refusal(server.url(database="latin"), home)


def test_a_server_without_tls_when_tls_is_wanted(server: Server, home: Path) -> None:
    said = refusal(server.url(options="?sslmode=require"), home)
    assert "does not speak PostgreSQL's protocol (or not with this sslmode)" in said


def test_more_connections_than_the_server_gives(server: Server, home: Path) -> None:
    said = refusal(server.url(), home, "--workers", "3", HEADWAY_POOL_SIZE="50")
    assert "3 workers with 55 connections each (pool 50) need 165, and PostgreSQL at" in said
    assert "gives 97. Lower --workers or HEADWAY_POOL_SIZE" in said


def test_the_demo_leaves_somebody_elses_database_alone(server: Server, home: Path) -> None:
    server.run("CREATE DATABASE theirs OWNER tasks")
    with psycopg.connect(server.url(database="theirs").replace(PASSWORD, "p%40ss%2Fw%3Ard%3F")) as connection:
        connection.execute("CREATE TABLE invoice (id int)")
    said = refusal(server.url(database="theirs"), home, "--demo")
    assert said.endswith(
        "database theirs is not a demo, so --demo leaves it alone. Choose an empty folder with --home."
    )


def test_a_database_of_a_newer_headway(server: Server, home: Path) -> None:
    server.run("CREATE DATABASE newer OWNER tasks")
    with psycopg.connect(server.url(database="newer").replace(PASSWORD, "p%40ss%2Fw%3Ard%3F")) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num text)")
        connection.execute("INSERT INTO alembic_version VALUES ('2099_01_01_later')")
    said = refusal(server.url(database="newer"), home)
    assert said == "The database was last used by a newer Headway (it is at 2099_01_01_later). Install that version."


def test_too_old_a_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "OLDEST", 99)
    with pytest.raises(
        CannotStart, match=r"^PostgreSQL \d+\.\d+ at .* is too old; Headway needs 99 or newer\. Upgrade"
    ):
        outside.check_outside_database(load_settings(database_url=server.url()))


def test_nobody_listens(home: Path) -> None:
    port = free_port()
    said = refusal(f"postgresql+asyncpg://u:{PASSWORD}@127.0.0.1:{port}/d", home)
    assert (
        said == f"No PostgreSQL is listening at 127.0.0.1:{port}, database d. Start it, or check HEADWAY_DATABASE_URL."
    )


def test_no_such_host(home: Path) -> None:
    assert "Cannot reach no.such.host.invalid:5432, database d: " in refusal(
        "postgres://u@no.such.host.invalid/d", home
    )


def test_no_such_socket(home: Path) -> None:
    assert "No PostgreSQL is listening at /nowhere" in refusal("postgres://u@/d?host=/nowhere", home)


@contextlib.contextmanager
def stranger(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Something that listens and is not PostgreSQL."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        held: list[socket.socket] = []

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    held.append(client)
                    answer(client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        for client in held:
            client.close()


def speak_http(client: socket.socket) -> None:
    client.recv(1000)
    client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    client.close()


@pytest.mark.parametrize("options", ["", "?sslmode=disable"])
@pytest.mark.parametrize("answer", [speak_http, socket.socket.close], ids=["http", "closes"])
def test_something_else_answers(home: Path, answer: Callable[[socket.socket], None], options: str) -> None:
    with stranger(answer) as port:
        said = refusal(f"postgres://u:{PASSWORD}@127.0.0.1:{port}/d{options}", home)
    assert f"127.0.0.1:{port}" in said
    assert "does not speak PostgreSQL's protocol" in said or "Cannot reach" in said


def test_nobody_answers(home: Path) -> None:
    with stranger(lambda client: None) as port:
        said = refusal(f"postgres://u:{PASSWORD}@127.0.0.1:{port}/d", home, HEADWAY_CONNECT_TIMEOUT="1")
    assert said == f"Nothing answers at 127.0.0.1:{port}, database d within 1 s. Check HEADWAY_DATABASE_URL."


def test_a_bad_address(home: Path) -> None:
    assert refusal("mysql://u@h/d", home).startswith("HEADWAY_DATABASE_URL: must look like postgresql://user:password@")
