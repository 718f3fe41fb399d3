import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.running import Running, refusal, running

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


def deleted(server: Running, title: str) -> Any:
    """A task that was deleted."""
    done = server.run("task", "add", title, "--project", "FA", "--json")
    task = json.loads(done.stdout)
    server.browse("DELETE", f"/api/tasks/{task['id']}")
    return task


def test_a_deleted_task_is_listed_and_brought_back(server: Running) -> None:
    task = deleted(server, "Mow the lawn")
    listed = server.run("trash", "list", "--project", "fa")
    (line,) = [line for line in listed.stdout.splitlines() if "Mow" in line]
    kind, name, title, deleted_at, by, gone_at = line.split("\t")
    assert (kind, name, title, by) == ("task", task["human_id"], "Mow the lawn", "Owner")
    assert deleted_at < gone_at
    restored = server.run("trash", "restore", name.lower())
    assert (restored.returncode, restored.stdout) == (0, f"{name}\tMow the lawn\n")
    assert name in server.run("task", "list").stdout


def test_a_comment_is_brought_back_by_its_id(server: Running) -> None:
    task = json.loads(server.run("task", "add", "With words", "--project", "FA", "--json").stdout)
    comment = server.browse("POST", f"/api/tasks/{task['id']}/comments", {"body": "Good **words**"})
    server.browse("DELETE", f"/api/comments/{comment['id']}")
    items = json.loads(server.run("trash", "list", "--json").stdout)
    assert [item["title"] for item in items if item["kind"] == "comment"] == ["Good **words**"]
    assert f"{task['human_id']}: Good **words**" in server.run("trash", "list").stdout
    (restored,) = json.loads(server.run("trash", "restore", comment["id"], "--json").stdout)
    assert restored["body"] == "Good **words**"


def test_a_project_is_brought_back_by_its_key(server: Running) -> None:
    room = f"/api/workspaces/{server.workspace['id']}/projects"
    project = server.browse("POST", room, {"name": "Old", "key": "OLD"})
    server.browse("DELETE", f"/api/projects/{project['id']}")
    assert "project\tOLD\tOld\t" in server.run("trash", "list").stdout
    assert server.run("trash", "restore", "old").stdout == "OLD\tOld\n"
    assert "OLD" in server.projects()


def test_a_slip_in_one_name_restores_nothing(server: Running) -> None:
    task = deleted(server, "Stays")
    assert "no 'FA-9999' in the trash" in refusal(server.run("trash", "restore", task["human_id"], "FA-9999"))
    assert task["human_id"] not in server.run("task", "list").stdout
    server.run("trash", "restore", task["human_id"])
    assert refusal(server.run("trash", "list"), code=1) == "The trash is empty."
