"""Many tasks at once: one change set, and a result for each."""

import asyncio
import random
from typing import Any

import pytest

from headway.clock import new_id
from tests.doors import ROLES, House
from tests.factories import Team
from tests.tasks.many import bulk, many, path_of, statuses

EVERY_KIND: list[dict[str, Any]] = [{"change": {"priority": 3}}, {"move": {}}, {"delete": True}]


async def test_many_tasks_are_changed_as_one(team: Team) -> None:
    project = await team.project()
    states = (await team.board(project))["states"]
    labels = [
        (await team.owner.post(path_of(project, "/labels"), {"name": name}))["id"] for name in ("bug", "idea", "old")
    ]
    tasks = [await team.task(project, f"Task {n}", label_ids=labels[2:], assignee_ids=[team.owner.id]) for n in (1, 2)]
    parent = await team.task(project, "Parent")
    plain = await team.task(project, "Plain")
    change = {
        "state_id": states[3]["id"],
        "priority": 4,
        "parent_id": parent["id"],
        "start_on": "2026-12-01",
        "due_on": "2026-12-24",
        "labels": {"add": labels[:2], "remove": labels[2:]},
        "assignees": {"add": [team.member.id], "remove": [team.owner.id]},
    }
    sent = [plain, tasks[1], tasks[0]]
    body = {"items": [{"id": task["id"], "version": 1} for task in sent], "change": change}
    raw = await team.member.http.post(path_of(project, "/tasks/bulk"), json=body)
    answer = raw.json()
    assert [(item["id"], item["status"], item["version"]) for item in answer["items"]] == [
        (task["id"], "changed", 2) for task in sent
    ]
    assert answer["items"][0] == {
        "id": plain["id"], "status": "changed", "version": 2, "code": None, "detail": None, "conflicts": [],
    }  # fmt: skip
    assert raw.headers["headway-change"] == answer["change"]
    for task in sent:
        now_is = await team.viewer.get(f"/api/tasks/{task['id']}")
        expected = {name: change[name] for name in ("state_id", "priority", "parent_id", "start_on", "due_on")}
        assert {name: now_is[name] for name in expected} == expected
        assert (now_is["label_ids"], now_is["assignee_ids"]) == (sorted(labels[:2]), [team.member.id])
        assert now_is["completed_at"] and now_is["updated_at"] > task["updated_at"]
    last = (await team.owner.get("/api/events", topic=f"project:{project['id']}"))["events"][-3:]
    assert [(one["change"], one["kind"], one["id"]) for one in last] == [
        (answer["change"], "task.changed", task["id"]) for task in sent
    ]
    back = await bulk(
        team.member, project, sent, change={"state_id": states[1]["id"], "parent_id": None, "due_on": None}
    )
    assert statuses(back) == ["changed"] * 3
    task = await team.viewer.get(f"/api/tasks/{plain['id']}")
    assert (task["completed_at"], task["parent_id"], task["due_on"], task["start_on"]) == (
        None,
        None,
        None,
        "2026-12-01",
    )


async def test_what_is_so_already_is_left_alone(team: Team) -> None:
    project = await team.project()
    label = (await team.owner.post(path_of(project, "/labels"), {"name": "bug"}))["id"]
    first = await team.task(project, priority=2, label_ids=[label])
    second = await team.task(project, priority=2)
    change = {"priority": 2, "labels": {"add": [label]}}
    answer = await bulk(team.member, project, [first, second], change=change)
    assert statuses(answer) == ["unchanged", "changed"]
    assert [item["version"] for item in answer["items"]] == [1, 2]
    board = await team.board(project)
    again = await bulk(team.member, project, [first, second], change=change)
    assert (again["change"], statuses(again)) == (None, ["unchanged"] * 2)
    assert (await bulk(team.member, project, [first], change={}))["change"] is None
    assert await team.board(project) == board


async def test_a_refused_task_does_not_spoil_the_others(team: Team) -> None:
    project, elsewhere = await team.project(), await team.project()
    there, gone, other = await team.task(project), await team.task(project), await team.task(elsewhere)
    await team.owner.delete(f"/api/tasks/{gone['id']}")
    unknown = {"id": str(new_id())}
    for what in EVERY_KIND:
        answer = await bulk(team.member, project, [unknown, gone, there, other], **what)
        assert statuses(answer) == ["refused", "refused", "changed", "refused"]
        assert {item["code"] for item in answer["items"]} == {"task.not_found", None}
        assert [item["id"] for item in answer["items"]] == [unknown["id"], gone["id"], there["id"], other["id"]]
    assert (await team.viewer.get(f"/api/tasks/{other['id']}"))["version"] == 1


async def test_each_task_merges_from_its_own_version(team: Team) -> None:
    project = await team.project()
    same, others, none, behind = [await team.task(project, f"Task {n}") for n in range(4)]
    await team.owner.patch(f"/api/tasks/{same['id']}", {"version": 1, "priority": 1})
    await team.owner.patch(f"/api/tasks/{others['id']}", {"version": 1, "title": "Somebody else's"})
    await team.owner.patch(f"/api/tasks/{behind['id']}", {"version": 1, "priority": 1})
    items = [
        {"id": same["id"], "version": 1},
        {"id": others["id"], "version": 1},
        {"id": none["id"], "version": 7},
        {"id": behind["id"]},
    ]
    labels = {"add": [(await team.owner.post(path_of(project, "/labels"), {"name": "bug"}))["id"]]}
    answer = await bulk(team.member, project, items, change={"priority": 4, "labels": labels})
    assert statuses(answer) == ["conflict", "changed", "refused", "changed"]
    assert [item["version"] for item in answer["items"]] == [2, 3, 1, 3]
    (conflict,) = answer["items"][0]["conflicts"]
    assert conflict.pop("at")
    by = {"person_id": team.owner.id, "name": "Owner"}
    assert conflict == {"field": "priority", "base": 0, "yours": 4, "theirs": 1, "by": by}
    assert answer["items"][0]["code"] == "changed"
    assert answer["items"][0]["detail"] == "Owner changed the priority first. Nothing of yours was saved over it."
    assert answer["items"][2]["code"] == "version"
    tasks = [await team.viewer.get(f"/api/tasks/{item['id']}") for item in items]
    assert [task["priority"] for task in tasks] == [1, 4, 0, 4]
    assert [bool(task["label_ids"]) for task in tasks] == [False, True, False, True]
    assert tasks[1]["title"] == "Somebody else's"


async def test_labels_and_people_never_conflict(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    await team.owner.patch(f"/api/tasks/{task['id']}", {"version": 1, "assignees": {"add": [team.owner.id]}})
    items = [{"id": task["id"], "version": 1}]
    answer = await bulk(team.member, project, items, change={"assignees": {"add": [team.member.id]}})
    assert statuses(answer) == ["changed"]
    people = (await team.viewer.get(f"/api/tasks/{task['id']}"))["assignee_ids"]
    assert people == sorted([team.owner.id, team.member.id])


async def test_dates_and_parents_that_cannot_be_are_refused_task_by_task(team: Team) -> None:
    project = await team.project()
    early = await team.task(project, "Early", due_on="2026-12-01")
    free = await team.task(project, "Free")
    child = await team.task(project, "Child", parent_id=free["id"])
    grandchild = await team.task(project, "Grandchild", parent_id=child["id"])
    answer = await bulk(team.member, project, [early, free], change={"start_on": "2026-12-10"})
    assert statuses(answer) == ["refused", "changed"]
    assert answer["items"][0]["code"] == "due_on"
    every = [early, free, child, grandchild]
    answer = await bulk(team.member, project, every, change={"parent_id": grandchild["id"], "due_on": "2026-12-24"})
    assert statuses(answer) == ["changed", "refused", "refused", "refused"]
    assert {item["code"] for item in answer["items"][1:]} == {"parent_id"}
    assert (await team.viewer.get(f"/api/tasks/{free['id']}"))["due_on"] is None


async def test_what_makes_no_sense_is_refused_as_a_whole(team: Team) -> None:
    project, elsewhere = await team.project(), await team.project()
    task, other, gone = await team.task(project), await team.task(elsewhere), await team.task(project)
    await team.owner.delete(f"/api/tasks/{gone['id']}")
    state = (await team.board(elsewhere))["states"][0]["id"]
    label = (await team.owner.post(path_of(elsewhere, "/labels"), {"name": "bug"}))["id"]
    before = await team.board(project)
    one = [{"id": task["id"]}]
    wrong: list[tuple[str, Any]] = [
        ("state_id", {"change": {"state_id": state}}),
        ("labels", {"change": {"labels": {"add": [label]}, "priority": 4}}),
        ("assignees", {"change": {"assignees": {"add": [team.stranger.id]}, "priority": 4}}),
        ("parent_id", {"change": {"parent_id": other["id"], "priority": 4}}),
        ("parent_id", {"change": {"parent_id": gone["id"], "priority": 4}}),
        ("state_id", {"move": {"state_id": state}}),
        ("after_id", {"move": {"after_id": other["id"]}}),
        ("before_id", {"move": {"before_id": str(new_id())}}),
        ("bulk", {}),
        ("bulk", {"change": {"priority": 1}, "delete": True}),
        ("bulk", {"change": {"priority": 1}, "move": {}}),
        ("invalid", {"delete": False}),
        ("invalid", {"change": {"title": "All the same"}}),
        ("invalid", {"change": {"priority": 5}}),
        ("invalid", {"change": None}),
    ]
    for code, what in wrong:
        answer = await team.member.post(path_of(project, "/tasks/bulk"), {"items": one, **what}, 422)
        assert answer["code"] == code, what
    for items in ([], one * 2, [{"id": str(new_id())} for _ in range(1001)], [{"id": task["id"], "version": 0}]):
        answer = await team.member.post(path_of(project, "/tasks/bulk"), {"items": items, "delete": True}, 422)
        assert answer["errors"][0]["field"].partition(".")[0] == "items"
    assert await team.board(project) == before


async def test_only_who_may_edit_the_project_may_edit_many_of_its_tasks(team: Team) -> None:
    house = await House.of(team)
    task = {"id": await house.task()}
    for what in EVERY_KIND:
        for role in ROLES[:2]:
            refused = await bulk(house.people[role], house.project, [task], 403, **what)
            assert refused["code"] == "role.edit"
        for nobody in (house.outsider, team.stranger):
            assert (await bulk(nobody, house.project, [task], 404, **what))["code"] == "project.not_found"
    assert (await team.owner.get(f"/api/tasks/{task['id']}"))["version"] == 1


async def titles(team: Team, project: Any) -> list[str]:
    return [task["title"] for task in (await team.board(project))["tasks"]]


@pytest.mark.parametrize("seed", range(3))
async def test_moved_tasks_stand_one_behind_the_other_in_the_order_sent(team: Team, seed: int) -> None:
    dice = random.Random(seed)
    project = await team.project()
    tasks = {f"Task {n}": one for n, one in enumerate(await many(team, project, 8))}
    for _ in range(15):
        order = await titles(team, project)
        moving = dice.sample(order, dice.randint(1, 5))
        anchor = dice.choice([*order, None])
        side = dice.choice(["after_id", "before_id"])
        where = {side: tasks[anchor]["id"]} if anchor else {}
        # An anchor that moves itself marks its place: between those around it that stay.
        at = order.index(anchor) + (side == "after_id") if anchor else len(order)
        expected = [name for name in order[:at] if name not in moving]
        expected += moving + [name for name in order[at:] if name not in moving]
        answer = await bulk(team.member, project, [tasks[name] for name in moving], move=where)
        assert await titles(team, project) == expected, (order, moving, anchor, side)
        assert (answer["change"] is None) == (expected == order)


async def test_moving_into_a_state_completes_and_reopens(team: Team) -> None:
    project = await team.project()
    states = (await team.board(project))["states"]
    tasks = [await team.task(project, f"Task {n}") for n in range(3)]
    answer = await bulk(
        team.member, project, tasks[::-1], move={"state_id": states[3]["id"], "after_id": tasks[0]["id"]}
    )
    assert statuses(answer) == ["changed"] * 3
    board = (await team.board(project))["tasks"]
    assert [task["title"] for task in board] == ["Task 2", "Task 1", "Task 0"]
    assert all(task["completed_at"] and task["state_id"] == states[3]["id"] for task in board)
    await bulk(team.member, project, tasks[:1], move={"state_id": states[1]["id"]})
    assert [task["completed_at"] is None for task in (await team.board(project))["tasks"]] == [False, False, True]


async def test_what_is_deleted_takes_its_sub_tasks_along_and_brings_them_back(team: Team) -> None:
    project = await team.project()
    top = await team.task(project, "Top")
    middle = await team.task(project, "Middle", parent_id=top["id"])
    await team.task(project, "Bottom", parent_id=middle["id"])
    other = await team.task(project, "Other")
    await team.task(project, "Stays")
    answer = await bulk(team.member, project, [middle, other, top], delete=True)
    assert statuses(answer) == ["changed"] * 3
    assert [item["version"] for item in answer["items"]] == [1, 1, 1]
    assert await titles(team, project) == ["Stays"]
    events = (await team.owner.get("/api/events", topic=f"project:{project['id']}"))["events"][-4:]
    assert {(one["kind"], one["change"]) for one in events} == {("task.deleted", answer["change"])}
    assert {one["before"]["title"] for one in events} == {"Top", "Middle", "Bottom", "Other"}
    assert all("description" in one["before"] for one in events)
    await team.member.post(f"/api/tasks/{top['id']}/restore", status=200)
    assert await titles(team, project) == ["Top", "Middle", "Bottom", "Stays"]


@pytest.mark.pool
async def test_edits_of_the_same_tasks_in_other_orders_do_not_stand_in_each_others_way(team: Team) -> None:
    project = await team.project()
    states = (await team.board(project))["states"]
    label = (await team.owner.post(path_of(project, "/labels"), {"name": "bug"}))["id"]
    tasks = [await team.task(project, f"Task {n}") for n in range(12)]
    dice = random.Random(1)

    async def edit(number: int) -> None:
        some = dice.sample(tasks, 8)
        await bulk(team.member, project, some, change={"priority": number % 5, "labels": {"add": [label]}})
        await bulk(
            team.owner, project, some[::-1], move={"state_id": states[number % 5]["id"], "after_id": some[3]["id"]}
        )
        await team.owner.post(f"/api/tasks/{some[0]['id']}/move", {}, 200)
        await bulk(team.admin, project, some, change={"parent_id": None, "state_id": states[1]["id"]})

    async with asyncio.timeout(60):
        await asyncio.gather(*(edit(number) for number in range(10)))
    board = (await team.board(project))["tasks"]
    assert len({task["rank"] for task in board}) == 12
    assert all(task["label_ids"] == [label] for task in board)


async def test_a_bulk_edit_sent_again_under_its_key_does_nothing_again(team: Team) -> None:
    project = await team.project()
    tasks = await many(team, project, 20)
    body, headers = {"items": tasks, "move": {"before_id": tasks[0]["id"]}}, {"Idempotency-Key": "once"}
    body["items"] = tasks[::-1]
    first = await team.member.http.post(path_of(project, "/tasks/bulk"), json=body, headers=headers)
    board = await team.board(project)
    again = await team.member.http.post(path_of(project, "/tasks/bulk"), json=body, headers=headers)
    assert first.json()["change"] and again.content == first.content
    assert await team.board(project) == board
