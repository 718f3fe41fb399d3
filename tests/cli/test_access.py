import json
from collections.abc import Iterator

import pytest

from tests.cli.running import Running, refusal, running

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


def test_it_tells_what_somebody_sees_and_why(server: Running) -> None:
    made = server.run("task", "add", "Mow the lawn", "--project", "FA").stdout.split("\t")[0]
    slug = server.workspace["slug"]
    added = server.run("user", "add", "ben@example.org", "--name", "Ben", "--workspace", slug)
    assert added.returncode == 0, added.stderr
    members = server.browse("GET", f"/api/workspaces/{server.workspace['id']}/members")["members"]
    ben = next(one["person_id"] for one in members if one["email"] == "ben@example.org")
    project = server.projects()["FA"]["id"]
    server.browse("PUT", f"/api/projects/{project}/members/{ben}", {"role": "commenter", "only_assigned": True})
    told = server.run("access", "BEN@example.org", "--project", "fa", "--task", made.lower())
    assert told.returncode == 0, told.stderr
    lines = told.stdout.splitlines()
    assert lines[:3] == ["Ben in FA", "Role: commenter, only for what is assigned to them", "May:  see, comment"]
    assert lines[3].startswith("- Ben has the role commenter in this project")
    assert lines[4].startswith("- Ben sees only the tasks that are assigned to them")
    assert lines[5].startswith(f"Ben does not see {made}: it is not assigned to them.")
    said = json.loads(server.run("access", "ben@example.org", "--project", "FA", "--json").stdout)
    assert (said["role"], said["only_assigned"], said["sees"], said["task"]) == ("commenter", True, True, None)
    me = server.run("access", "me", "--project", "FA")
    assert "May:  see, comment, edit, manage" in me.stdout.splitlines()


def test_what_is_unknown_is_one_line_that_says_which(server: Running) -> None:
    assert "has the address eve@example.org" in refusal(server.run("access", "eve@example.org", "--project", "FA"))
    assert "There is no project 'XX'" in refusal(server.run("access", "me", "--project", "XX"))
    missing = server.run("access", "me", "--project", "FA", "--task", "FA-99999")
    assert "There is no such task" in refusal(missing, code=1)
