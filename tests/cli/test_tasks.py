import json
import socket
import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from headway.cli.tables import printable
from tests.cli.running import Running, command, refusal, running

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


def added(server: Running, *arguments: str) -> str:
    """The human id of a task made by `task add`."""
    done = server.run("task", "add", *arguments, "--project", "fa")
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\t")[0]


def test_a_task_is_added_listed_and_done(server: Running) -> None:
    made = added(server, "Mow the lawn", "--priority", "high", "--assignee", "me", "--due", "tomorrow")
    tomorrow = (date.today() + timedelta(days=1)).isoformat()

    listed = server.run("task", "list", "--project", "FA")
    assert f"{made}\tMow the lawn\tTo do\thigh\t{tomorrow}\tOwner" in listed.stdout.splitlines()

    done = server.run("task", "done", made)
    assert (done.returncode, done.stdout) == (0, f"{made}\tDone\tMow the lawn\n")
    assert made not in server.run("task", "list").stdout
    assert made in server.run("task", "list", "--all").stdout
    assert made in server.run("task", "list", "--state", "done", "--mine").stdout
    again = server.run("task", "done", made.lower())
    assert (again.returncode, "(already)" in again.stdout) == (0, True)


def test_what_the_command_line_did_is_told_as_such(server: Running) -> None:
    made = added(server, "Who did it")
    server.run("task", "done", made)
    topic = f"project:{server.projects()['FA']['id']}"
    events = server.browse("GET", f"/api/events?topic={topic}&after=0&limit=200")["events"]
    assert {e["means"] for e in events if e["after"] and e["after"].get("human_id") == made} == {"cli"}


def test_a_task_is_shown_with_its_text_and_comments(server: Running) -> None:
    project = server.projects()["FA"]
    server.browse("POST", f"/api/projects/{project['id']}/labels", {"name": "Green", "color": "green"})
    made = added(
        server, "Plant a tree", "--description", "An **oak**\nor two", "--label", "green", "--state", "in progress"
    )
    one = json.loads(server.run("task", "show", made, "--json").stdout)
    server.browse("POST", f"/api/tasks/{one['id']}/comments", {"body": "Here?"})
    shown = server.run("task", "show", made).stdout
    assert shown.startswith(f"{made}  Plant a tree\nState:     In progress\n")
    assert "Labels:    Green" in shown
    assert "\n\nAn **oak**\nor two\n" in shown
    assert shown.endswith(":\nHere?\n")
    child = added(server, "Dig", "--parent", made)
    assert json.loads(server.run("task", "show", child, "--json").stdout)["parent_id"] == one["id"]


def test_estimates_checklists_and_blockers_are_written_and_shown(server: Running) -> None:
    first = added(server, "Lay the keel")
    made = added(server, "Paint it", "--estimate", "2.5", "--step", "Sand", "--step", "Prime", "--blocked-by", first)
    shown = server.run("task", "show", made).stdout
    assert "Estimate:  2.5\n" in shown
    assert f"Blocked by: {first} Lay the keel (To do)\n" in shown
    assert "\n[ ] Sand\n[ ] Prime\n" in shown
    assert f"Blocks: {made} Paint it (To do)\n" in server.run("task", "show", first).stdout
    refusal(server.run("task", "add", "No", "--project", "FA", "--blocked-by", "FA-99999"), code=1)


def test_json_is_what_the_api_says(server: Running) -> None:
    made = server.run("task", "add", "As JSON", "--project", "FA", "--json", "--description", "-", stdin="from a pipe")
    one = json.loads(made.stdout)
    assert one["description"] == "from a pipe"
    rows = json.loads(server.run("task", "list", "--json").stdout)
    assert next(row for row in rows if row["id"] == one["id"])["title"] == "As JSON"
    done = json.loads(server.run("task", "done", one["human_id"], "--json").stdout)
    assert [t["version"] for t in done] == [2]


def test_nothing_found_is_exit_code_one(server: Running) -> None:
    assert refusal(server.run("task", "list", "--state", "cancelled"), code=1) == "No such tasks."
    refusal(server.run("task", "show", "FA-99999"), code=1)
    refusal(server.run("task", "show", "../x?y"), code=1)
    empty = server.run("task", "list", "--state", "cancelled", "--json")
    assert (empty.returncode, json.loads(empty.stdout)) == (1, [])


def test_one_slip_among_several_ids_changes_nothing(server: Running) -> None:
    made = added(server, "Stay open")
    refusal(server.run("task", "done", made, "FA-99999"), code=1)
    assert made in server.run("task", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "x", "--project", "NOPE"), "no project 'NOPE'"),
        (("add", "x", "--project", "FA", "--state", "Nope"), "There is: Backlog, To do"),
        (("add", "x", "--project", "FA", "--label", "Nope"), "no label 'Nope'"),
        (("add", "x", "--project", "FA", "--assignee", "nobody@example.org"), "nobody@example.org"),
        (("add", "x", "--project", "FA", "--due", "soon"), "'soon' is not a day"),
        (("add", "x", "--project", "FA", "--priority", "9"), "--priority"),
        (("add", " ", "--project", "FA"), "title"),
        (("list", "--state", "Nope"), "no state 'Nope'"),
        (("list", "--workspace", "nope"), "no workspace 'nope'"),
    ],
)
def test_a_slip_is_one_line_that_says_what_to_do(server: Running, arguments: tuple[str, ...], says: str) -> None:
    assert says in refusal(server.run("task", *arguments))


def test_without_a_good_token_nothing_goes(server: Running) -> None:
    assert "HEADWAY_TOKEN is not set" in refusal(server.run("task", "list", HEADWAY_TOKEN=""))
    assert "token is not valid" in refusal(server.run("task", "list", HEADWAY_TOKEN="hw_wrong"))


def test_without_a_server_it_says_so() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else gets the port meanwhile
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        done = command("task", "list", env={"HEADWAY_URL": url, "HEADWAY_TOKEN": "hw_x"})
    assert f"Cannot reach Headway at {url}" in refusal(done)


def test_something_else_at_that_address_is_recognised() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        done = command("task", "list", env={"HEADWAY_URL": url, "HEADWAY_TOKEN": "hw_x"})
        thread.join(10)
    assert "does not look like Headway" in refusal(done)


def test_a_title_cannot_move_the_cursor() -> None:
    assert printable("a\x1b[2Jb\tc\nd\u202ee") == "a [2Jb c d e"
