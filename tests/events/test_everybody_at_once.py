"""Everybody does everything at once: nothing breaks, nobody waits in a ring, and the events still make the state."""

import asyncio
import random
from typing import Any

import pytest

from tests.events.test_every_command import assert_same
from tests.events.viewer import follow, look
from tests.factories import Team, User

WORKERS, STEPS = 8, 30


@pytest.mark.pool
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_crowd_leaves_one_state_that_the_events_tell_and_no_loose_ends(team: Team, seed: int) -> None:
    luck = random.Random(seed)
    project = await team.project()
    path = f"/api/projects/{project['id']}"
    for name in ("a", "b", "c"):
        await team.owner.post(f"{path}/labels", {"name": name})
    for number in range(8):
        await team.task(project, f"task {number}")
    before = await look(team.viewer, team.workspace_id, project["id"])
    board = await team.board(project)
    statuses: set[int] = set()

    def one(kind: str) -> str:
        return str(luck.choice(board[kind])["id"])

    def request() -> tuple[str, str, Any]:
        task = f"/api/tasks/{one('tasks')}"
        edits: list[dict[str, Any]] = [
            {"title": f"title {luck.random()}"},
            {"parent_id": one("tasks")},
            {"parent_id": None},
            {"state_id": one("states"), "parent_id": one("tasks")},
            {"labels": {"add": [one("labels")], "remove": [one("labels")]}},
            {"assignees": {"add": [team.member.id]}, "state_id": one("states")},
        ]
        return luck.choice(
            [
                *[("PATCH", task, edit) for edit in edits],
                ("POST", f"{task}/move", {"after_id": one("tasks"), "state_id": one("states")}),
                ("POST", f"{task}/move", {"before_id": one("tasks")}),
                ("POST", f"{path}/tasks", {"title": "new", "parent_id": one("tasks"), "label_ids": [one("labels")]}),
                ("DELETE", task, None),
                ("POST", f"{task}/restore", None),
                ("POST", f"{task}/comments", {"body": "Hello"}),
                ("POST", f"{path}/labels", {"name": f"label {luck.random()}"}),
                ("DELETE", f"/api/labels/{one('labels')}", None),
                ("POST", f"{path}/states", {"name": f"state {luck.random()}", "category": "doing"}),
                ("DELETE", f"/api/states/{one('states')}?move_to={one('states')}", None),
                ("PATCH", f"/api/states/{one('states')}", {"after_id": one("states")}),
                ("PUT", f"{path}/members/{team.viewer.id}", {"role": luck.choice(["viewer", "member"])}),
                ("PATCH", path, {"name": f"project {luck.random()}"}),
            ]
        )

    async def somebody(by: User) -> None:
        nonlocal board
        for step in range(STEPS):
            method, where, body = request()
            answer = await by.http.request(method, where, json=body, headers={"If-Match": "*"})
            assert answer.status_code < 500, (method, where, body, answer.text)
            statuses.add(answer.status_code)
            if step % 5 == 4:
                seen = await team.board(project)
                # Those that are gone stay in the game: others still think they are there.
                known = {row["id"]: row for row in [*board["tasks"], *seen["tasks"]]}
                board = {**seen, "tasks": list(known.values()), "labels": seen["labels"] or board["labels"]}

    await asyncio.gather(*(somebody((team.owner, team.admin)[n % 2]) for n in range(WORKERS)))
    assert statuses >= {200, 201, 204, 404, 422}
    fresh = await look(team.viewer, team.workspace_id, project["id"])
    after = before
    while after.revisions != fresh.revisions:
        after = await follow(team.viewer, after)
    assert_same(("the crowd", "Viewer"), before, after, fresh)
    tasks = fresh.things["tasks"]
    assert all(task["parent_id"] in tasks for task in tasks.values() if task["parent_id"])
    assert all(task["state_id"] in fresh.things["states"] for task in tasks.values())
    assert all(set(task["label_ids"]) <= fresh.things["labels"].keys() for task in tasks.values())
    ranks = [task["rank"] for task in tasks.values()]
    assert len(set(ranks)) == len(ranks)
    for task in tasks.values():
        above = set()
        while task["parent_id"]:
            assert task["id"] not in above, "a circle of parents"
            above.add(task["id"])
            task = tasks[task["parent_id"]]  # noqa: PLW2901 - upwards
