"""Moves: a card goes where it was put, the last move wins, and everybody sees one order."""

import asyncio
import random
from typing import Any

import pytest

from tests.factories import Team, User


async def titles(team: Team, project: Any, by: User | None = None) -> str:
    return " ".join(task["title"] for task in (await team.board(project, by))["tasks"])


async def column(team: Team, project: Any, names: str) -> dict[str, Any]:
    return {name: await team.task(project, name) for name in names.split()}


async def test_a_task_goes_behind_before_or_last(team: Team) -> None:
    project = await team.project()
    tasks = await column(team, project, "a b c d")

    async def move(name: str, **where: str) -> str:
        body = {field: tasks[neighbour]["id"] for field, neighbour in where.items()}
        await team.member.post(f"/api/tasks/{tasks[name]['id']}/move", body, 200)
        return await titles(team, project)

    assert await move("a", after_id="c") == "b c a d"
    assert await move("d", before_id="b") == "d b c a"
    assert await move("b", after_id="d") == "d b c a"
    assert await move("d") == "b c a d"
    assert await move("c", before_id="b") == "c b a d"
    assert await move("a", after_id="c", before_id="d") == "c a b d"


async def test_a_new_task_goes_behind_another_or_last(team: Team) -> None:
    project = await team.project()
    tasks = await column(team, project, "a b")
    await team.task(project, "c", after_id=tasks["a"]["id"])
    await team.task(project, "d")
    assert await titles(team, project) == "a c b d"


async def test_a_move_changes_the_state_with_the_place_and_needs_no_version(team: Team) -> None:
    project = await team.project()
    states = (await team.board(project))["states"]
    tasks = await column(team, project, "a b")
    moved = await team.member.post(
        f"/api/tasks/{tasks['b']['id']}/move", {"state_id": states[2]["id"], "before_id": tasks["a"]["id"]}, 200
    )
    assert (moved["state_id"], moved["version"]) == (states[2]["id"], 2)
    assert await titles(team, project) == "b a"


async def test_the_last_of_two_moves_wins_and_history_keeps_both(team: Team) -> None:
    project = await team.project()
    tasks = await column(team, project, "a b c")
    path = f"/api/tasks/{tasks['a']['id']}/move"
    await team.member.post(path, {"after_id": tasks["b"]["id"]}, 200)
    moved = await team.owner.post(path, {"after_id": tasks["c"]["id"]}, 200)
    assert await titles(team, project) == "b c a"
    events = (await team.owner.get("/api/events", topic=f"project:{project['id']}"))["events"]
    by = [event["by"] for event in events if event["kind"] == "task.changed"]
    assert by == [team.member.id, team.owner.id]
    assert moved["version"] == 3


async def test_a_neighbour_deleted_meanwhile_still_marks_its_place(team: Team) -> None:
    project = await team.project()
    tasks = await column(team, project, "a b c d")
    await team.owner.delete(f"/api/tasks/{tasks['b']['id']}")
    await team.member.post(f"/api/tasks/{tasks['d']['id']}/move", {"after_id": tasks["b"]["id"]}, 200)
    assert await titles(team, project) == "a d c"


async def test_a_restored_task_is_back_in_its_place(team: Team) -> None:
    project = await team.project()
    tasks = await column(team, project, "a b c")
    await team.owner.delete(f"/api/tasks/{tasks['b']['id']}")
    await team.member.post(f"/api/tasks/{tasks['b']['id']}/restore", status=200)
    assert await titles(team, project) == "a b c"


async def test_a_task_next_to_itself_stays_where_it_is(team: Team) -> None:
    project = await team.project()
    tasks = await column(team, project, "a b")
    for field in ("after_id", "before_id"):
        same = await team.member.post(f"/api/tasks/{tasks['a']['id']}/move", {field: tasks["a"]["id"]}, 200)
        assert same["version"] == 1


@pytest.mark.pool
async def test_many_moves_at_once_leave_one_order_for_everybody(team: Team) -> None:
    project = await team.project()
    tasks = list((await column(team, project, "a b c d e f g h")).values())
    states = (await team.board(project))["states"]
    luck = random.Random(7)

    async def mover(by: User) -> None:
        for _ in range(8):
            task, neighbour = luck.sample(tasks, 2)
            field = luck.choice(["after_id", "before_id"])
            body = {field: neighbour["id"], "state_id": luck.choice(states)["id"]}
            await by.post(f"/api/tasks/{task['id']}/move", body, 200)

    async def maker(by: User) -> None:
        for number in range(4):
            await team.task(project, f"new{number}", by=by, after_id=luck.choice(tasks)["id"])

    await asyncio.gather(*(mover(by) for by in (team.owner, team.admin, team.member) * 2), maker(team.member))
    seen = [await team.board(project, by) for by in (team.owner, team.viewer)]
    assert seen[0]["tasks"] == seen[1]["tasks"]
    ranks = [task["rank"] for task in seen[0]["tasks"]]
    assert ranks == sorted(set(ranks))
    numbers = sorted(task["number"] for task in seen[0]["tasks"])
    assert numbers == list(range(1, 13))


async def test_a_task_cannot_be_part_of_itself_or_of_what_is_part_of_it(team: Team) -> None:
    project = await team.project()
    a = await team.task(project, "a")
    b = await team.task(project, "b", parent_id=a["id"])
    c = await team.task(project, "c", parent_id=b["id"])
    for parent in (a, b, c):
        refused = await team.member.patch(f"/api/tasks/{a['id']}", {"version": 1, "parent_id": parent["id"]}, 422)
        assert refused["code"] == "parent_id"
    await team.member.patch(f"/api/tasks/{c['id']}", {"version": 1, "parent_id": a["id"]})


async def test_a_deleted_task_is_nobodys_parent(team: Team) -> None:
    project = await team.project()
    parent, task = await team.task(project, "parent"), await team.task(project)
    await team.owner.delete(f"/api/tasks/{parent['id']}")
    for method, path in (("PATCH", f"/api/tasks/{task['id']}"), ("POST", f"/api/projects/{project['id']}/tasks")):
        body = {"title": "x", "parent_id": parent["id"], **({"version": 1} if method == "PATCH" else {})}
        answer = await team.member.http.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "parent_id")


async def test_deleting_takes_sub_tasks_along_and_restoring_brings_back_what_went_together(team: Team) -> None:
    project = await team.project()
    top = await team.task(project, "top")
    kept = await team.task(project, "kept", parent_id=top["id"])
    below = await team.task(project, "below", parent_id=kept["id"])
    early = await team.task(project, "early", parent_id=top["id"])
    await team.task(project, "beside")
    await team.owner.delete(f"/api/tasks/{early['id']}")
    await team.owner.delete(f"/api/tasks/{top['id']}")
    assert await titles(team, project) == "beside"
    for gone in (top, kept, below):
        assert (await team.owner.http.get(f"/api/tasks/{gone['id']}")).status_code == 404
        assert (await team.owner.http.get(f"/api/tasks/{gone['id']}/comments")).status_code == 404
    await team.member.post(f"/api/tasks/{top['id']}/restore", status=200)
    assert await titles(team, project) == "top kept below beside"
    orphan = await team.member.post(f"/api/tasks/{early['id']}/restore", status=200)
    assert orphan["parent_id"] == top["id"]
    await team.member.post(f"/api/tasks/{early['id']}/restore", status=404)


async def test_a_sub_task_restored_without_its_parent_stands_on_its_own(team: Team) -> None:
    project = await team.project()
    top = await team.task(project, "top")
    below = await team.task(project, "below", parent_id=top["id"])
    await team.owner.delete(f"/api/tasks/{top['id']}")
    restored = await team.member.post(f"/api/tasks/{below['id']}/restore", status=200)
    assert restored["parent_id"] is None
    await team.member.post(f"/api/tasks/{top['id']}/restore", status=200)
    assert await titles(team, project) == "top below"


async def test_a_state_goes_between_others_and_takes_its_tasks_along_when_deleted(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/states"
    states = (await team.board(project))["states"]
    review = await team.owner.post(path, {"name": "Review", "category": "doing", "after_id": states[2]["id"]})
    first = await team.owner.patch(f"/api/states/{states[4]['id']}", {"version": 1, "after_id": None})
    assert first["version"] == 2
    names = [state["name"] for state in (await team.board(project))["states"]]
    assert names == ["Cancelled", "Backlog", "To do", "In progress", "Review", "Done"]
    there = await team.task(project, state_id=review["id"])
    gone = await team.task(project, "gone", state_id=review["id"])
    await team.owner.delete(f"/api/tasks/{gone['id']}")
    assert (await team.owner.delete(f"/api/states/{review['id']}", 409))["code"] == "state.in_use"
    await team.owner.delete(f"/api/states/{review['id']}?move_to={states[3]['id']}")
    moved = await team.owner.get(f"/api/tasks/{there['id']}")
    assert (moved["state_id"], moved["version"], moved["completed_at"] is None) == (states[3]["id"], 2, False)
    restored = await team.owner.post(f"/api/tasks/{gone['id']}/restore", status=200)
    assert restored["state_id"] == states[3]["id"]


async def test_a_project_keeps_a_state_that_work_can_be_in(team: Team) -> None:
    project = await team.project()
    states = (await team.board(project))["states"]
    for state in states[:3]:
        await team.owner.delete(f"/api/states/{state['id']}")
    assert (await team.owner.delete(f"/api/states/{states[3]['id']}", 409))["code"] == "state.last"
    await team.owner.delete(f"/api/states/{states[4]['id']}")
