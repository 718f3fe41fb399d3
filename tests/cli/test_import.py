import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Running, command, refusal, running
from tests.faults.hammer import Client
from tests.processes import Headway, home_folder

pytestmark = pytest.mark.timeout(300)

GARDEN = Path(__file__).parents[1] / "importers" / "files" / "garden.json"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


def named(folder: Path, name: str, **changes: Any) -> Path:
    """The garden as another board."""
    file = folder / f"{name}.json"
    file.write_text(json.dumps({**json.loads(GARDEN.read_text()), "id": name, "name": name, **changes}))
    return file


def test_a_board_comes_in_beside_a_running_server_and_is_told(server: Running) -> None:
    done = server.run("import", "trello", str(GARDEN), "--key", "GDN", "--workspace", server.workspace["slug"])
    assert done.returncode == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[0] == "“Garden 2026 🌱” came into project GDN (Garden 2026 🌱):"
    assert lines[1:8] == [
        "4 lists, as states",
        "3 labels",
        "3 members, as placeholders that cannot sign in",
        "7 cards, as tasks",
        "1 archived card, as a task in Archived",
        "4 checklist items, as sub-tasks",
        "3 comments",
    ]
    assert "2 votes" in lines
    assert "1 board was private; here everybody in the workspace sees it" in lines
    assert "Importing Garden 2026 🌱 …" in done.stderr
    assert len(server.board("GDN")["tasks"]) == 12

    again = server.run("import", "trello", str(GARDEN))
    assert "already project GDN" in refusal(server.run("import", "trello", str(GARDEN), "--key", "ELSE"))
    assert again.stdout.startswith("Nothing new: everything in “Garden 2026 🌱” is in project GDN")
    assert len(server.board("GDN")["tasks"]) == 12


def test_somebody_who_looks_sees_the_new_project_at_once(server: Running, tmp_path: Path) -> None:
    """The stream is opened before the import and says so after it, without polling by us."""
    heard: list[str] = []
    ready = threading.Event()

    def listen() -> None:
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", server.headway.port, timeout=60)
        headers = {"Accept": "text/event-stream", "Cookie": server.owner.cookie or ""}
        connection.request("GET", f"/api/events?topic=workspace:{server.workspace['id']}", headers=headers)
        answer = connection.getresponse()
        ready.set()
        while line := answer.readline():
            heard.append(line.decode())
            if "project.created" in heard[-1] and "Seen live" in heard[-1]:
                break
        connection.close()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    assert ready.wait(30)
    assert server.run("import", "trello", str(named(tmp_path, "Seen live"))).returncode == 0
    thread.join(30)
    assert not thread.is_alive(), heard


def test_a_dry_run_says_it_all_and_writes_nothing(server: Running, tmp_path: Path) -> None:
    file = named(tmp_path, "Only a try")
    done = server.run("import", "trello", str(file), "--dry-run")
    assert "would come into project OAT" in done.stdout
    assert done.stdout.endswith("This was a dry run: nothing was written.\n")
    assert "OAT" not in server.projects()


def test_private_keeps_it_from_the_workspace(server: Running, tmp_path: Path) -> None:
    assert server.run("import", "trello", str(named(tmp_path, "Secret")), "--private").returncode == 0
    assert server.projects()["SECR"]["visibility"] == "private"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x00\xff\xfe binary", "not JSON"),
        (b'{"id": "1", "idBoard": "2", "idList": "3"}', "one Trello card"),
    ],
)
def test_a_file_that_is_no_board_is_refused_and_nothing_is_written(
    server: Running, tmp_path: Path, content: bytes, says: str
) -> None:
    before = server.projects()
    file = tmp_path / "file.json"
    file.write_bytes(content)
    sentence = refusal(server.run("import", "trello", str(file)))
    assert says in sentence
    assert "Nothing was imported" in sentence
    assert server.projects() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere.json",), "nowhere.json: No such file"),
        ((str(GARDEN), "--workspace", "nope"), "no workspace 'nope'. There is: here"),
        ((str(GARDEN), "--by", "nobody@example.org"), "nobody@example.org"),
        ((str(GARDEN), "--key", "1A"), "1 to 10 letters"),
        ((str(GARDEN), "--timezone", "Mars/Base"), "not a time zone"),
    ],
)
def test_a_slip_is_one_line_that_says_what_to_do(server: Running, arguments: tuple[str, ...], says: str) -> None:
    assert says in refusal(server.run("import", "trello", *arguments))


def test_a_key_that_is_taken_is_refused(server: Running, tmp_path: Path) -> None:
    assert "FA exists already" in refusal(server.run("import", "trello", str(named(tmp_path, "Other")), "--key", "fa"))


def test_a_board_comes_in_without_a_running_server_too() -> None:
    with home_folder() as home:
        env = {"HEADWAY_HOME": str(home)}
        assert "There is no workspace yet" in refusal(command("import", "trello", str(GARDEN), env=env))
        with running(home) as server:
            cookie, workspace = server.owner.cookie, server.workspace
        done = command("import", "trello", str(GARDEN), "--key", "GDN", env=env)
        assert done.returncode == 0, done.stderr
        headway = Headway(home=home).ready()
        try:
            client = Client(headway, cookie)
            projects = client.send("GET", f"/api/workspaces/{workspace['id']}/projects")["projects"]
            client.close()
            assert "GDN" in [project["key"] for project in projects]
        finally:
            headway.stop()
