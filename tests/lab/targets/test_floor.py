"""The floor is what it is taken for: Headway's own answers and rows, from bare Starlette and asyncpg."""

from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest

from headway.lab.stacks.table import Stack
from headway.lab.targets.bench import FLOOR, HEADWAY, Bench
from headway.lab.targets.requests import ASKED

READS = [row for row in ASKED if row not in ("create", "update", "mix")]
CHANGED = ("version", "title", "updated_at")


@pytest.fixture(scope="module")
def both(bench: Bench) -> Iterator[dict[str, httpx2.Client]]:
    """Clients of Headway and of the floor, on the same database."""
    with bench.serving(HEADWAY, bench.ground, 4) as one, bench.serving(FLOOR, bench.ground, 4) as other:
        servers = {HEADWAY.key: one, FLOOR.key: other}
        clients = {
            key: httpx2.Client(base_url=server.address, headers=bench.ground.headers, timeout=30)
            for key, server in servers.items()
        }
        yield clients
        for client in clients.values():
            client.close()


@pytest.mark.parametrize("row", READS)
def test_it_answers_the_very_same_bytes_with_the_same_etag(
    bench: Bench, both: dict[str, httpx2.Client], row: str
) -> None:
    full = 0
    for request in ASKED[row](bench.ground, bench.size, Random(7)):
        paths = list(dict.fromkeys(request.paths))[:12]
        for path in paths:
            headway, floor = both[HEADWAY.key].get(path), both[FLOOR.key].get(path)
            assert (headway.status_code, floor.status_code) == (200, 200), path
            assert floor.content == headway.content, path
            assert floor.headers["etag"] == headway.headers["etag"], path
            full += len(headway.content) > 1_000 or row.startswith("read")
    assert full, "nothing was in what they answered"


def happened(bench: Bench, task_id: str) -> list[Any]:
    """All that writing to a task has left, apart from ids and times."""
    with psycopg.connect(bench.ground.database.plain_url()) as db:
        return db.execute(
            "SELECT event.topic, event.kind, event.revision, event.before - 'updated_at', event.after,"
            " change_set.means, change_set.person_id, change_set.token_id, topic.revision, project.last_number"
            " FROM event JOIN change_set ON change_set.id = event.change_set_id JOIN topic ON topic.name = event.topic"
            " JOIN project ON event.topic = 'project:' || project.id::text WHERE entity_id = %s"
            " ORDER BY event.revision",
            [task_id],
        ).fetchall()


@pytest.mark.parametrize("stack", [HEADWAY, FLOOR], ids=lambda stack: stack.key)
def test_a_write_leaves_what_headways_own_leaves(bench: Bench, both: dict[str, httpx2.Client], stack: Stack) -> None:
    project = bench.ground.projects(bench.ground.to_write)[0]
    with psycopg.connect(bench.ground.database.plain_url()) as db:
        row = db.execute(
            "SELECT last_number, coalesce((SELECT revision FROM topic WHERE name = 'project:' || id::text), 0)"
            " FROM project WHERE id = %s", [project]
        ).fetchone()  # fmt: skip
    assert row is not None
    last, revision = row
    client = both[stack.key]
    made = client.post(f"/api/projects/{project}/tasks", json={"title": "Count the oars"})
    task = made.json()
    assert (made.status_code, task["number"], made.headers["etag"]) == (201, last + 1, '"v1"')
    seen = both[HEADWAY.key].get(f"/api/tasks/{task['id']}").json()
    assert task == seen
    assert task["rank"] > max(one.rank for one in bench.ground.to_write if one.project_id == project)

    changed = client.patch(f"/api/tasks/{task['id']}", json={"title": "Mend them"}, headers={"if-match": "*"})
    after = changed.json()
    assert (changed.status_code, changed.headers["etag"], after["title"]) == (200, '"v2"', "Mend them")
    assert after == both[HEADWAY.key].get(f"/api/tasks/{task['id']}").json()
    assert {name for name in task if task[name] != after[name]} == set(CHANGED)

    creation, edit = happened(bench, task["id"])
    about = ("api", bench.ground.seeded.person_ids[0])
    assert creation[:5] == (f"project:{project}", "task.created", revision + 1, None, task)
    assert edit[1:4] == ("task.changed", revision + 2, {"title": "Count the oars", "version": 1})
    assert edit[4] == {name: after[name] for name in CHANGED}
    for event in (creation, edit):
        assert event[5:7] == about
        assert event[7] is not None
        assert event[8:] == (revision + 2, last + 1)


def test_it_keeps_the_permissions(bench: Bench, both: dict[str, httpx2.Client]) -> None:
    client, project = both[FLOOR.key], bench.ground.projects(bench.ground.to_write)[0]
    task = bench.ground.to_write[0].task_id
    wrong = {"authorization": "Bearer hw_not_a_token_of_anybody"}
    asked: list[tuple[str, str, Any]] = [
        ("GET", "/api/tasks/{task}", None),
        ("GET", "/api/projects/{project}/tasks", None),
        ("GET", "/api/projects/{project}/board", None),
        ("POST", "/api/projects/{project}/tasks", {"title": "No"}),
        ("PATCH", "/api/tasks/{task}", {"title": "No"}),
    ]
    for method, path, body in asked:
        here, gone = path.format(task=task, project=project), path.format(task=uuid4(), project=uuid4())
        assert client.request(method, here, json=body, headers=wrong).status_code == 401
        assert client.request(method, gone, json=body).status_code == 404
