"""`headway search`, on a running server."""

import json
from collections.abc import Iterator

import pytest

from tests.cli.running import Running, refusal, running

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


def test_tasks_are_found_by_the_filter_of_the_browser(server: Running) -> None:
    for title, *more in (
        ("Mow the lawn", "--priority", "high", "--assignee", "me"),
        ("Mow the roof", "--due", "today"),
    ):
        assert server.run("task", "add", title, *more, "--project", "fa").returncode == 0
    one = server.run("search", "mow", "assignee:me")
    assert [line.split("\t")[1:4] for line in one.stdout.splitlines()] == [["Mow the lawn", "To do", "high"]]
    found = json.loads(server.run("search", "--json", "mow due:today OR (lawn priority>=high)").stdout)
    assert {task["title"] for task in found} == {"Mow the lawn", "Mow the roof"}
    without = server.run("search", "--", "-assignee:me", "mow")
    assert "Mow the roof" in without.stdout and "lawn" not in without.stdout
    nobody = server.run("search", "mow", "is:closed")
    assert (nobody.returncode, nobody.stdout, nobody.stderr) == (1, "", "headway: No such tasks.\n")


def test_a_mistake_is_pointed_at(server: Running) -> None:
    done = server.run("search", "mow", "due<soon")
    assert refusal(done).startswith("due cannot be 'soon'. Write a day such as")
    assert done.stderr.splitlines()[:2] == ["  mow due<soon", "          ^^^^"]
