"""What does not go back, and what is said about it: changed since, not theirs to change, not there any more."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import Team, User
from tests.history.test_undo import undo
from tests.waiting import together


async def changed(by: User, method: str, path: str, body: Any = None) -> tuple[str, Any]:
    """(the change set, the answer) of a write."""
    answer = await by.http.request(method, path, json=body, headers={"If-Match": "*"})
    assert answer.status_code < 300, answer.text
    return answer.headers["headway-change"], answer.json() if answer.content else None


async def edit(by: User, task: Any, **fields: Any) -> str:
    return (await changed(by, "PATCH", f"/api/tasks/{task['id']}", fields))[0]


def conflicts(out: Any) -> list[tuple[Any, ...]]:
    return [(one["kind"], one["field"], one["wanted"], one["current"]) for one in out["conflicts"]]


async def test_what_somebody_changed_since_stays_and_is_told_with_who_and_when(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "First", description="one")
    change = await edit(team.member, task, title="Second", description="two", priority=3)
    await edit(team.admin, task, title="Third")
    await edit(team.owner, task, title="Fourth", due_on="2026-12-24")
    out = await undo(team.member, change)
    assert out["counts"] == {"undone": 1, "conflicts": 1, "refused": 0, "left": 0}
    (done,), (conflict,) = out["undone"], out["conflicts"]
    assert (done["what"], done["fields"], done["title"]) == ("changed", ["description", "priority"], "Fourth")
    assert (conflict["field"], conflict["wanted"], conflict["current"]) == ("title", "First", "Fourth")
    assert conflict["by"] == {"person_id": team.owner.id, "name": "Owner"}
    assert conflict["human_id"] == task["human_id"] and conflict["at"]
    now = await team.owner.get(f"/api/tasks/{task['id']}")
    assert (now["title"], now["description"], now["priority"], now["due_on"]) == ("Fourth", "one", 0, "2026-12-24")
    assert now["description_html"] == "<p>one</p>\n"


async def test_where_all_was_changed_since_nothing_is_written(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "First")
    change = await edit(team.member, task, title="Second")
    await edit(team.admin, task, title="Third")
    before = await team.board(project)
    refused = await undo(team.member, change, 409)
    assert refused["code"] == "undo.conflicts"
    assert conflicts(refused) == [("task", "title", "First", "Third")]
    assert refused["counts"] == {"undone": 0, "conflicts": 1, "refused": 0, "left": 0}
    assert conflicts(await undo(team.member, change, preview=True)) == conflicts(refused)
    assert await team.board(project) == before


async def test_a_field_that_is_back_already_is_nobodys_conflict(team: Team) -> None:
    task = await team.task(await team.project(), "First")
    change = await edit(team.member, task, title="Second")
    await edit(team.admin, task, title="Third")
    await edit(team.admin, task, title="First")
    assert (await undo(team.member, change))["counts"] == {"undone": 0, "conflicts": 0, "refused": 0, "left": 0}


async def test_sets_go_back_by_element(team: Team) -> None:
    project = await team.project()
    a, b, c = [(await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": name}))["id"] for name in "abc"]
    task = await team.task(project, label_ids=[a])
    change = await edit(team.member, task, labels={"add": [b], "remove": [a]})
    await edit(team.admin, task, labels={"add": [c]})
    await undo(team.member, change)
    assert set((await team.board(project))["tasks"][0]["label_ids"]) == {a, c}
    change = await edit(team.member, task, labels={"add": [b], "remove": [a]})
    await team.owner.delete(f"/api/labels/{a}")
    out = await undo(team.member, change)
    assert out["counts"] == {"undone": 1, "conflicts": 0, "refused": 0, "left": 1}
    assert set((await team.board(project))["tasks"][0]["label_ids"]) == {c}


async def test_who_does_not_see_the_project_any_more_gets_no_work_back(team: Team) -> None:
    project = await team.project(visibility="private")
    await team.owner.put(f"/api/projects/{project['id']}/members/{team.member.id}", {"role": "member"})
    task = await team.task(project, assignee_ids=[team.member.id])
    change = await edit(team.owner, task, assignees={"remove": [team.member.id]})
    await team.owner.delete(f"/api/projects/{project['id']}/members/{team.member.id}")
    out = await undo(team.owner, change)
    assert out["counts"] == {"undone": 0, "conflicts": 0, "refused": 0, "left": 1}


@pytest.mark.parametrize("since", ["comment", "sub-task", "field", "label"])
async def test_a_task_that_somebody_has_used_since_is_not_taken_away(team: Team, since: str) -> None:
    project = await team.project()
    label = await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": "x"})
    change, task = await changed(team.member, "POST", f"/api/projects/{project['id']}/tasks", {"title": "New"})
    if since == "comment":
        await team.admin.post(f"/api/tasks/{task['id']}/comments", {"body": "Hello"})
    elif since == "sub-task":
        await team.task(project, "Below", by=team.admin, parent_id=task["id"])
    elif since == "field":
        await edit(team.admin, task, due_on="2026-12-24")
    else:
        await edit(team.admin, task, labels={"add": [label["id"]]})
    (conflict,) = (await undo(team.member, change, 409))["conflicts"]
    assert (conflict["field"], conflict["by"]["name"]) == (None, "Admin"), conflict
    await team.member.get(f"/api/tasks/{task['id']}")


async def test_what_was_said_before_a_task_was_deleted_keeps_nobody_from_redoing_that(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    await team.admin.post(f"/api/tasks/{task['id']}/comments", {"body": "Before"})
    change, _ = await changed(team.member, "DELETE", f"/api/tasks/{task['id']}")
    back = await undo(team.member, change)
    redone = await undo(team.member, back["change"])
    assert redone["undone"][0]["what"] == "deleted"
    again = await undo(team.member, redone["change"])
    await team.admin.post(f"/api/tasks/{task['id']}/comments", {"body": "Since"})
    await undo(team.member, again["change"], 409)


async def test_a_name_that_is_taken_by_now_is_a_conflict_with_a_sentence(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}"
    for noun, body in (("label", {"name": "Bug"}), ("state", {"name": "Review", "category": "doing"})):
        one = await team.owner.post(f"{path}/{noun}s", body)
        gone, _ = await changed(team.owner, "DELETE", f"/api/{noun}s/{one['id']}")
        await team.owner.post(f"{path}/{noun}s", body)
        (conflict,) = (await undo(team.owner, gone, 409))["conflicts"]
        assert (conflict["kind"], conflict["by"]["name"]) == (noun, "Owner")
        assert "another " + noun in conflict["detail"]
        two = await team.owner.post(f"{path}/{noun}s", {**body, "name": "Other"})
        renamed, _ = await changed(team.owner, "PATCH", f"/api/{noun}s/{two['id']}", {"name": "New"})
        await team.owner.post(f"{path}/{noun}s", {**body, "name": "Other"})
        assert conflicts(await undo(team.owner, renamed, 409)) == [(noun, "name", "Other", "New")]


async def test_a_state_that_tasks_are_in_by_now_stays(team: Team) -> None:
    project = await team.project()
    body = {"name": "Review", "category": "doing"}
    change, state = await changed(team.owner, "POST", f"/api/projects/{project['id']}/states", body)
    task = await team.task(project, state_id=state["id"])
    assert "1 task" in (await undo(team.owner, change, 409))["conflicts"][0]["detail"]
    await team.owner.delete(f"/api/tasks/{task['id']}")
    # In the trash it may come back, and where would it go?
    out = await undo(team.owner, change)
    assert (out["counts"]["undone"], out["left"][0]["kind"]) == (0, "state")


async def test_a_state_that_is_gone_by_now_is_a_conflict(team: Team) -> None:
    project = await team.project()
    states = (await team.board(project))["states"]
    task = await team.task(project, state_id=states[0]["id"])
    change = await edit(team.member, task, state_id=states[2]["id"])
    await team.owner.delete(f"/api/states/{states[0]['id']}")
    (conflict,) = (await undo(team.member, change, 409))["conflicts"]
    assert (conflict["field"], conflict["wanted"]) == ("state_id", states[0]["id"])


async def test_tasks_cannot_go_back_into_a_state_that_a_member_may_not_bring_back(team: Team) -> None:
    project = await team.project()
    states = (await team.board(project))["states"]
    await team.task(project, state_id=states[0]["id"])
    path = f"/api/states/{states[0]['id']}?move_to={states[1]['id']}"
    change, _ = await changed(team.owner, "DELETE", path)
    assert (await undo(team.member, change, 403))["code"] == "role.manage"
    await undo(team.owner, change)
    board = await team.board(project)
    assert board["tasks"][0]["state_id"] == states[0]["id"]
    assert [one["id"] for one in board["states"]] == [one["id"] for one in states]


async def test_completed_at_goes_back_with_the_state_and_is_exact(team: Team) -> None:
    project = await team.project()
    states = (await team.board(project))["states"]
    task = await team.task(project, state_id=states[3]["id"])
    change = await edit(team.member, task, state_id=states[1]["id"])
    assert (await team.owner.get(f"/api/tasks/{task['id']}"))["completed_at"] is None
    await undo(team.member, change)
    assert (await team.owner.get(f"/api/tasks/{task['id']}"))["completed_at"] == task["completed_at"]


async def test_a_place_that_is_taken_by_now_is_the_one_right_behind(team: Team) -> None:
    project = await team.project()
    a, b, c = [await team.task(project, name) for name in "abc"]
    change, _ = await changed(team.member, "POST", f"/api/tasks/{a['id']}/move", {"after_id": c["id"]})
    # Somebody puts c where a was: at a's own old key, as it happens.
    await changed(team.member, "POST", f"/api/tasks/{c['id']}/move", {"before_id": b["id"]})
    await undo(team.member, change)
    tasks = (await team.board(project))["tasks"]
    assert len({one["rank"] for one in tasks}) == 3
    assert [one["title"] for one in tasks][-1] == "b"


async def test_a_parent_that_became_a_sub_task_or_went_away_is_a_conflict(team: Team) -> None:
    project = await team.project()
    parent = await team.task(project, "parent")
    child = await team.task(project, "child", parent_id=parent["id"])
    change = await edit(team.member, child, parent_id=None)
    await edit(team.member, parent, parent_id=child["id"])
    (conflict,) = (await undo(team.member, change, 409))["conflicts"]
    assert (conflict["field"], "part of it now" in conflict["detail"]) == ("parent_id", True)
    await edit(team.member, parent, parent_id=None)
    await team.owner.delete(f"/api/tasks/{parent['id']}")
    (conflict,) = (await undo(team.member, change, 409))["conflicts"]
    assert (conflict["field"], "not there" in conflict["detail"]) == ("parent_id", True)


async def test_dates_that_would_be_out_of_order_are_a_conflict(team: Team) -> None:
    task = await team.task(await team.project(), start_on="2026-12-10")
    change = await edit(team.member, task, start_on="2026-12-01")
    await edit(team.admin, task, due_on="2026-12-05")
    (conflict,) = (await undo(team.member, change, 409))["conflicts"]
    assert (conflict["field"], conflict["wanted"]) == ("start_on", "2026-12-10")


async def test_what_is_in_the_trash_is_left_there_and_what_ended_for_good_is_told(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    change = await edit(team.member, task, title="New")
    deleted, _ = await changed(team.member, "DELETE", f"/api/tasks/{task['id']}")
    assert "trash" in (await undo(team.member, change, 409))["conflicts"][0]["detail"]
    await team.owner.delete(f"/api/trash/tasks/{task['id']}")
    for one in (change, deleted):
        out = await undo(team.member, one)
        assert out["counts"] == {"undone": 0, "conflicts": 0, "refused": 0, "left": 1}
        assert out["left"] == [{"kind": "task", "detail": "Deleted for good; there is nothing left to bring back."}]


async def test_a_sub_task_comes_back_without_a_parent_that_stays_away(team: Team) -> None:
    project = await team.project()
    parent = await team.task(project, "parent")
    child = await team.task(project, "child", parent_id=parent["id"])
    change, _ = await changed(team.member, "DELETE", f"/api/tasks/{child['id']}")
    await team.member.delete(f"/api/tasks/{parent['id']}")
    await undo(team.member, change)
    assert [(one["title"], one["parent_id"]) for one in (await team.board(project))["tasks"]] == [("child", None)]


async def test_only_some_of_what_a_change_did(team: Team) -> None:
    project = await team.project()
    parent = await team.task(project, "parent")
    child = await team.task(project, "child", parent_id=parent["id"])
    change, _ = await changed(team.member, "DELETE", f"/api/tasks/{parent['id']}")
    out = await undo(team.member, change, only=[child["id"]])
    assert [one["id"] for one in out["undone"]] == [child["id"]]
    assert (await undo(team.member, change, only=[str(uuid4())]))["counts"]["undone"] == 0


async def test_roles_and_settings_are_never_taken_back(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/members/{team.member.id}"
    change, _ = await changed(team.owner, "PUT", path, {"role": "viewer"})
    assert (await undo(team.owner, change))["left"][0]["kind"] == "member"
    change, _ = await changed(team.owner, "PATCH", f"/api/workspaces/{team.workspace_id}", {"name": "New"})
    assert (await undo(team.member, change))["left"][0]["kind"] == "workspace"
    await undo(team.stranger, change, 404)


async def test_words_go_back_by_whoever_said_them_and_by_nobody_else(team: Team) -> None:
    task = await team.task(await team.project())
    said, comment = await changed(team.member, "POST", f"/api/tasks/{task['id']}/comments", {"body": "Hello"})
    put, _ = await changed(team.member, "PATCH", f"/api/comments/{comment['id']}", {"body": "Goodbye"})
    assert (await undo(team.owner, put, 403))["code"] == "comment.not_yours"
    other = await team.user("other")
    assert (await undo(other, said, 403))["code"] == "role.manage"
    out = await undo(team.member, put)
    assert (out["undone"][0]["title"], out["undone"][0]["human_id"]) == (task["title"], task["human_id"])
    comments = (await team.owner.get(f"/api/tasks/{task['id']}/comments"))["items"]
    assert [(one["body"], one["body_html"]) for one in comments] == [("Hello", "<p>Hello</p>\n")]
    await undo(team.owner, said)  # an admin may take it away, as by hand
    assert (await team.owner.get(f"/api/tasks/{task['id']}/comments"))["items"] == []


async def test_a_viewer_sees_a_change_and_may_not_take_it_back_nor_look_what_would_happen(team: Team) -> None:
    project = await team.project()
    change = await edit(team.member, await team.task(project), title="New")
    assert (await undo(team.viewer, change, 403))["code"] == "role.edit"
    assert (await undo(team.viewer, change, 403, preview=True))["code"] == "role.edit"
    await undo(team.stranger, change, 404)
    await undo(team.owner, str(uuid4()), 404)
    await team.owner.delete(f"/api/projects/{project['id']}")
    await undo(team.member, change, 404)


async def test_only_who_could_restore_a_project_takes_its_deletion_back(team: Team) -> None:
    project = await team.project(visibility="private")
    await team.owner.put(f"/api/projects/{project['id']}/members/{team.member.id}", {"role": "member"})
    change, _ = await changed(team.owner, "DELETE", f"/api/projects/{project['id']}")
    assert (await undo(team.member, change, 403))["code"] == "role.manage"
    for nobody in (team.admin, team.viewer, team.stranger):
        await undo(nobody, change, 404)
    assert (await undo(team.owner, change))["undone"][0]["kind"] == "project"


async def test_a_new_project_goes_unless_somebody_has_put_something_into_it(team: Team) -> None:
    room = f"/api/workspaces/{team.workspace_id}/projects"
    change, project = await changed(team.member, "POST", room, {"name": "New", "key": "NEW"})
    task = await team.task(project)
    assert (await undo(team.member, change, 409))["conflicts"][0]["by"]["name"] == "Owner"
    assert len((await team.board(project))["states"]) == 5
    await team.owner.delete(f"/api/tasks/{task['id']}")
    away = await undo(team.member, change)
    assert (await team.owner.http.get(f"/api/projects/{project['id']}")).status_code == 404
    back = await undo(team.member, away["change"])
    assert [one["what"] for one in back["undone"]] == ["restored"]
    await undo(team.member, back["change"])


@pytest.mark.pool
async def test_two_who_take_back_the_same_change_at_once_do_it_once(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "First")
    change = await edit(team.member, task, title="Second")
    requests = [undo(by, change) for by in (team.owner, team.member)]
    outs = await together(team.app, "project", project["id"], *requests)
    assert sorted(out["counts"]["undone"] for out in outs) == [0, 1]
    assert (await team.owner.get(f"/api/tasks/{task['id']}"))["version"] == 3


@pytest.mark.pool
async def test_an_edit_that_comes_first_while_the_undo_waits_is_a_conflict(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "First")
    change = await edit(team.member, task, title="Second")

    async def meanwhile() -> int:
        return (
            await team.admin.http.patch(f"/api/tasks/{task['id']}", json={"version": 2, "title": "Third"})
        ).status_code

    answers = await together(team.app, "task", task["id"], meanwhile(), undo(team.owner, change, 409))
    assert answers[0] == 200 and answers[1]["code"] == "undo.conflicts"


@pytest.mark.pool
async def test_a_comment_made_while_the_undo_waits_keeps_the_task(team: Team) -> None:
    project = await team.project()
    change, task = await changed(team.member, "POST", f"/api/projects/{project['id']}/tasks", {"title": "New"})
    comment = team.admin.post(f"/api/tasks/{task['id']}/comments", {"body": "Wait"})
    await together(team.app, "task", task["id"], comment, undo(team.owner, change, 409))


@pytest.mark.pool
async def test_undo_and_everything_else_at_once_are_no_deadlock(team: Team) -> None:
    project = await team.project()
    label = await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": "Bug"})
    tasks = [await team.task(project, f"{n}", label_ids=[label["id"]]) for n in range(6)]
    changes = [await edit(team.member, task, title="New", labels={"remove": [label["id"]]}) for task in tasks]

    async def others(task: Any) -> int:
        body = {"priority": 2, "labels": {"add": [label["id"]]}}
        answer = await team.admin.http.patch(f"/api/tasks/{task['id']}", json=body, headers={"If-Match": "*"})
        await team.admin.post(f"/api/tasks/{task['id']}/move", {"before_id": tasks[0]["id"]}, 200)
        return answer.status_code

    await asyncio.gather(*(undo(team.owner, change) for change in changes), *(others(task) for task in tasks))
    board = await team.board(project)
    assert {one["title"] for one in board["tasks"]} == {f"{n}" for n in range(6)}
    assert all(one["label_ids"] == [label["id"]] for one in board["tasks"])
