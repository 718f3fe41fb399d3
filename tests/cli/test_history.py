import json
from collections.abc import Iterator

import click
import pytest

from headway.cli.changes import words_between
from tests.cli.running import Running, refusal, running

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


def added(server: Running, *arguments: str) -> str:
    done = server.run("task", "add", *arguments, "--project", "FA")
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\t")[0]


def test_a_change_is_shown_and_taken_back(server: Running) -> None:
    made = added(server, "Mow the lawn", "--description", "All of the green one behind the house")
    one = json.loads(server.run("task", "show", made, "--json").stdout)
    new = {"version": 1, "title": "Mow it", "description": "All of the brown one behind the house", "priority": 3}
    server.browse("PATCH", f"/api/tasks/{one['id']}", new)
    shown = server.run("history", made)
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert "Owner (web)" in lines[0]
    assert f"  {made} Mow it: title Mow the lawn -> Mow it" in lines
    assert f"  {made} Mow it: priority none -> high" in lines
    assert f"  {made} Mow it: description All of the [-green-] {{+brown+}} one behind the house" in lines
    assert any("Owner (cli token 'cli')" in line for line in lines)
    assert lines[-1] == f"  {made} Mow it: created"
    change = lines[0].split()[-1]
    preview = server.run("undo", change, "--preview")
    assert (preview.returncode, preview.stdout.startswith(f"put back {made}")) == (0, True), preview.stdout
    assert json.loads(server.run("task", "show", made, "--json").stdout)["title"] == "Mow it"
    assert server.run("undo", change, stdin="n\n").returncode == 1
    done = server.run("undo", change, "--yes")
    assert done.returncode == 0, done.stderr
    assert "Done." in done.stdout
    back = json.loads(server.run("task", "show", made, "--json").stdout)
    assert (back["title"], back["description"], back["priority"]) == (one["title"], one["description"], 0)
    again = server.run("undo", change, "--yes")
    assert again.returncode == 1
    assert "nothing left" in again.stderr
    undone = json.loads(server.run("history", made, "--json").stdout)["items"]
    assert undone[0]["undoes"] == change
    assert undone[1]["undone_by"] == undone[0]["id"]
    redone = server.run("undo", done.stdout.split()[-1], stdin="y\n")
    assert redone.returncode == 0, redone.stderr
    assert json.loads(server.run("task", "show", made, "--json").stdout)["title"] == "Mow it"


def test_a_project_is_shown_as_it_was_and_what_differs(server: Running) -> None:
    before = server.board("FA")["revision"]
    made = added(server, "Paint the fence")
    middle = server.board("FA")["revision"]
    server.run("task", "done", made)
    assert made in server.run("task", "list", "--project", "FA", "--as-of", str(middle)).stdout
    assert made not in server.run("task", "list", "--project", "FA", "--as-of", str(before)).stdout
    assert "State:     To do" in server.run("task", "show", made, "--as-of", str(middle)).stdout
    refusal(server.run("task", "show", made, "--as-of", str(before)), code=1)
    found = server.run("diff", "--project", "FA", str(before), str(middle))
    assert found.stdout.splitlines() == [
        f"{made} Paint the fence: created",
        f"1 created, revisions {before} to {middle}",
    ]
    found = server.run("diff", "--project", "FA", str(middle))
    assert found.stdout.splitlines()[0] == f"{made} Paint the fence: state To do -> Done"
    assert json.loads(server.run("diff", "--project", "FA", str(middle), "--json").stdout)["counts"]["changed"] == 1
    end = str(server.board("FA")["revision"])
    assert server.run("diff", "--project", "FA", end).returncode == 1
    feed = server.run("history", "--project", "FA", "--by", "me", "--limit", "1").stdout
    assert f"{made} Paint the fence: state To do -> Done" in feed


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("history",), "Say what you want to know about"),
        (("history", "FA-1", "--project", "FA"), "Say what you want to know about"),
        (("history", "FA-1", "--by", "me"), "--by goes with --project"),
        (("undo", "../../me"), "is no change's id"),
        (("diff", "--project", "FA", "soon"), "'soon' is no moment"),
        (("diff", "--project", "FA", "9", "2"), "earlier"),
        (("diff", "--project", "FA", "2001-01-01"), "history of this project begins"),
        (("task", "list", "--as-of", "soon"), "'soon' is no moment"),
    ],
)
def test_a_slip_is_one_line_that_says_what_to_do(server: Running, arguments: tuple[str, ...], says: str) -> None:
    assert says in refusal(server.run(*arguments))


def test_what_is_not_there_is_exit_code_one(server: Running) -> None:
    refusal(server.run("history", "FA-99999"), code=1)
    refusal(server.run("undo", "01930000-0000-7000-8000-000000000000", "--yes"), code=1)
    assert "No such tasks" in refusal(server.run("task", "list", "--as-of", "2001-01-01"), code=1)


def test_a_long_text_is_shown_where_it_differs() -> None:
    words = [f"w{n}" for n in range(40)]
    changed = [*words[:20], "new", *words[21:]]
    assert click.unstyle(words_between(" ".join(words), " ".join(changed))) == (
        "… w14 w15 w16 w17 w18 w19 [-w20-] {+new+} w21 w22 w23 w24 w25 w26 …"
    )
