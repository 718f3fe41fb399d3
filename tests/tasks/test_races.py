"""Two people at once. Each test holds a request in its middle, so that what happens does not depend on luck."""

import asyncio
from typing import Any

import pytest

from tests.factories import Team, User
from tests.waiting import row_held, together, until_waiting

pytestmark = pytest.mark.pool


async def status(by: User, method: str, path: str, body: Any = None) -> int:
    return (await by.http.request(method, path, json=body)).status_code


async def test_a_move_that_waited_builds_on_what_was_saved_meanwhile(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    last = await team.task(project, "Last")
    async with row_held(team.app, "project", project["id"]):
        moving = asyncio.create_task(team.owner.post(f"/api/tasks/{task['id']}/move", {"after_id": last["id"]}, 200))
        await until_waiting(team.app)
        changed = await team.member.patch(f"/api/tasks/{task['id']}", {"version": 1, "title": "Meanwhile"})
    moved = await moving
    assert (changed["version"], moved["version"], moved["title"]) == (2, 3, "Meanwhile")


async def test_two_tasks_cannot_be_made_each_others_parents_at_once(team: Team) -> None:
    project = await team.project()
    a, b = await team.task(project, "A"), await team.task(project, "B")
    statuses = await together(
        team.app,
        "project",
        project["id"],
        status(team.owner, "PATCH", f"/api/tasks/{a['id']}", {"version": 1, "parent_id": b["id"]}),
        status(team.member, "PATCH", f"/api/tasks/{b['id']}", {"version": 1, "parent_id": a["id"]}),
    )
    assert sorted(statuses) == [200, 422]


async def test_a_longer_circle_of_parents_cannot_be_closed_from_both_ends_at_once(team: Team) -> None:
    project = await team.project()
    a = await team.task(project, "A")
    b = await team.task(project, "B", parent_id=a["id"])
    c = await team.task(project, "C")
    d = await team.task(project, "D", parent_id=c["id"])
    statuses = await together(
        team.app,
        "project",
        project["id"],
        status(team.owner, "PATCH", f"/api/tasks/{a['id']}", {"version": 1, "parent_id": d["id"]}),
        status(team.member, "PATCH", f"/api/tasks/{c['id']}", {"version": 1, "parent_id": b["id"]}),
    )
    assert sorted(statuses) == [200, 422]


async def test_changing_the_parent_while_the_task_is_moved_is_no_deadlock(team: Team) -> None:
    project = await team.project()
    parent, task = await team.task(project, "Parent"), await team.task(project)
    statuses = await together(
        team.app,
        "project",
        project["id"],
        status(team.owner, "PATCH", f"/api/tasks/{task['id']}", {"version": 1, "parent_id": parent["id"]}),
        status(team.member, "POST", f"/api/tasks/{task['id']}/move", {"before_id": parent["id"]}),
    )
    assert statuses == [200, 200]


async def test_a_sub_task_made_while_its_parent_is_deleted_does_not_stay_behind(team: Team) -> None:
    project = await team.project()
    parent = await team.task(project, "Parent")
    new = {"title": "Child", "parent_id": parent["id"]}
    statuses = await together(
        team.app,
        "task",
        parent["id"],
        status(team.owner, "DELETE", f"/api/tasks/{parent['id']}"),
        status(team.member, "POST", f"/api/projects/{project['id']}/tasks", new),
    )
    assert statuses == [204, 422]
    assert (await team.board(project))["tasks"] == []


async def test_a_task_and_its_descendants_are_deleted_at_once_without_a_deadlock(team: Team) -> None:
    project = await team.project()
    # The grandchild is the oldest: deleting from the top locks it before the child, from the child after.
    grandchild = await team.task(project, "Grandchild")
    child = await team.task(project, "Child")
    top = await team.task(project, "Top")
    for below, above in ((grandchild, child), (child, top)):
        await team.owner.patch(f"/api/tasks/{below['id']}", {"version": 1, "parent_id": above["id"]})
    statuses = await together(
        team.app,
        "task",
        grandchild["id"],
        status(team.owner, "DELETE", f"/api/tasks/{top['id']}"),
        status(team.member, "DELETE", f"/api/tasks/{child['id']}"),
    )
    assert statuses == [204, 404]
    assert (await team.board(project))["tasks"] == []


async def test_a_label_taken_away_while_somebody_puts_it_on_a_task_is_no_deadlock(team: Team) -> None:
    project = await team.project()
    label = await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": "Bug"})
    task = await team.task(project, label_ids=[label["id"]])
    statuses = await together(
        team.app,
        "task",
        task["id"],
        status(team.owner, "DELETE", f"/api/labels/{label['id']}"),
        status(team.member, "PATCH", f"/api/tasks/{task['id']}", {"version": 1, "labels": {"add": [label["id"]]}}),
    )
    assert statuses == [204, 422]
    assert (await team.board(project))["tasks"][0]["label_ids"] == []


async def test_a_label_put_on_a_task_while_it_is_taken_away_goes_with_it(team: Team) -> None:
    project = await team.project()
    label = await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": "Bug"})
    task = await team.task(project)
    statuses = await together(
        team.app,
        "task",
        task["id"],
        status(team.member, "PATCH", f"/api/tasks/{task['id']}", {"version": 1, "labels": {"add": [label["id"]]}}),
        status(team.owner, "DELETE", f"/api/labels/{label['id']}"),
    )
    assert statuses == [200, 204]
    assert (await team.board(project))["tasks"][0]["label_ids"] == []


async def test_a_state_cannot_go_away_under_a_task_that_is_entering_it(team: Team) -> None:
    project = await team.project()
    states = (await team.board(project))["states"]
    doing, done = states[2]["id"], states[3]["id"]
    task = await team.task(project)
    statuses = await together(
        team.app,
        "task",
        task["id"],
        status(team.member, "PATCH", f"/api/tasks/{task['id']}", {"version": 1, "state_id": doing}),
        status(team.owner, "DELETE", f"/api/states/{doing}?move_to={done}"),
    )
    assert statuses == [200, 204]
    assert (await team.board(project))["tasks"][0]["state_id"] == done


async def test_a_task_made_in_a_state_that_is_going_away_is_refused_or_moved_along(team: Team) -> None:
    project = await team.project()
    states = (await team.board(project))["states"]
    doing, done = states[2]["id"], states[3]["id"]
    new = {"title": "New", "state_id": doing}
    statuses = await together(
        team.app,
        "project",
        project["id"],
        status(team.owner, "DELETE", f"/api/states/{doing}?move_to={done}"),
        status(team.member, "POST", f"/api/projects/{project['id']}/tasks", new),
    )
    assert statuses == [204, 422]


async def test_a_state_deleted_twice_at_once_is_not_there_the_second_time(team: Team) -> None:
    project = await team.project()
    doing = (await team.board(project))["states"][2]["id"]
    paths = [f"/api/states/{doing}"] * 2
    requests = [status(team.owner, "DELETE", path) for path in paths]
    assert sorted(await together(team.app, "project", project["id"], *requests)) == [204, 404]


async def test_a_comment_on_a_task_that_is_being_deleted_is_refused(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    statuses = await together(
        team.app,
        "task",
        task["id"],
        status(team.owner, "DELETE", f"/api/tasks/{task['id']}"),
        status(team.member, "POST", f"/api/tasks/{task['id']}/comments", {"body": "Wait"}),
    )
    assert statuses == [204, 404]


async def test_a_task_made_while_its_project_is_deleted_is_refused(team: Team) -> None:
    project = await team.project()
    statuses = await together(
        team.app,
        "project",
        project["id"],
        status(team.owner, "DELETE", f"/api/projects/{project['id']}"),
        status(team.member, "POST", f"/api/projects/{project['id']}/tasks", {"title": "Too late"}),
    )
    assert statuses == [204, 404]


async def test_a_restored_task_does_not_hang_below_a_parent_deleted_meanwhile(team: Team) -> None:
    project = await team.project()
    parent = await team.task(project, "Parent")
    child = await team.task(project, "Child", parent_id=parent["id"])
    await team.owner.delete(f"/api/tasks/{child['id']}")
    await together(
        team.app,
        "task",
        parent["id"],
        status(team.owner, "DELETE", f"/api/tasks/{parent['id']}"),
        status(team.member, "POST", f"/api/tasks/{child['id']}/restore"),
    )
    tasks = (await team.board(project))["tasks"]
    assert [(task["title"], task["parent_id"]) for task in tasks] == [("Child", None)]


async def test_tasks_made_at_once_are_numbered_without_a_gap_and_all_have_a_place_of_their_own(team: Team) -> None:
    project = await team.project()
    await team.task(project, "first")
    made = await asyncio.gather(*(team.task(project, f"Task {n}") for n in range(30)))
    last = await team.task(project, "last")
    assert sorted(task["number"] for task in made) == list(range(2, 32))
    ranks = [task["rank"] for task in (await team.board(project))["tasks"]]
    assert len(set(ranks)) == 32
    assert (ranks[-1], last["number"]) == (last["rank"], 32)
