"""What ends for good is gone from rows, history and states; all else is as it was."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from headway.chores.chores import build_timelines
from headway.clock import now
from headway.trash.forgetting import HOLD_TIMELINE
from headway.trash.purging import purge
from tests.events.viewer import look
from tests.factories import Team
from tests.waiting import together, until_waiting

SECRET = "Zebra"


async def later(team: Team, days: float = 31, kept: int = 30) -> None:
    """The purge, run by a clock that is `days` ahead."""
    await purge(team.app.state.database, kept, now() + timedelta(days=days))


async def scalar(team: Team, statement: str, **values: Any) -> Any:
    async with team.app.state.database.reading() as db:
        return await db.scalar(text(statement), values)


async def mentions(team: Team, word: str = SECRET) -> dict[str, int]:
    """In how many rows of each table a word is still to be found."""
    tables = ("task", "comment", "event", "change_detail", "span", "project", "state", "label", "imported_thing")
    found = {t: await scalar(team, f"SELECT count(*) FROM {t} x WHERE x::text LIKE :w", w=f"%{word}%") for t in tables}
    return {table: n for table, n in found.items() if n}


async def events_of(team: Team, topic: str) -> list[Any]:
    page = await team.owner.get("/api/events", topic=topic, limit=200)
    return list(page["events"])


async def test_a_task_ends_for_good_with_all_that_hung_on_it(team: Team) -> None:
    word = f"{SECRET}{team.workspace_id}"
    project = await team.project()
    label = await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": "bug"})
    fields: dict[str, Any] = {"description": word, "label_ids": [label["id"]], "assignee_ids": [team.member.id]}
    task = await team.task(project, word, **fields)
    await team.owner.post(f"/api/tasks/{task['id']}/comments", {"body": word})
    child = await team.task(project, f"{word} below", parent_id=task["id"])
    other = await team.task(project, "Other")
    await team.owner.delete(f"/api/tasks/{task['id']}")
    assert (await mentions(team, word))["event"] >= 4

    await later(team, days=29)
    assert len((await team.owner.get(f"/api/projects/{project['id']}/trash"))["items"]) == 1

    await later(team)
    assert await mentions(team, word) == {}
    assert (await team.owner.get(f"/api/projects/{project['id']}/trash"))["items"] == []
    assert (await team.owner.http.post(f"/api/tasks/{task['id']}/restore")).status_code == 404
    assert [one["id"] for one in (await team.board(project))["tasks"]] == [other["id"]]
    # The story has no gap: what is left of it says that something was, and is no more.
    events = await events_of(team, f"project:{project['id']}")
    assert [event["revision"] for event in events] == list(range(1, len(events) + 1))
    about = [event for event in events if event["id"] in (task["id"], child["id"])]
    assert {(event["kind"], event["before"], event["after"]) for event in about} == {("task.purged", None, None)}
    assert events[-1]["means"] == "purge"
    assert events[-1]["by"] is None


async def test_a_comment_ends_for_good(team: Team) -> None:
    word = f"{SECRET}{team.workspace_id}"
    task = await team.task(await team.project())
    comment = await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": word})
    await team.member.patch(f"/api/comments/{comment['id']}", {"version": 1, "body": f"{word} again"})
    await team.member.delete(f"/api/comments/{comment['id']}")
    await later(team)
    assert await mentions(team, word) == {}
    events = await events_of(team, f"project:{task['project_id']}")
    assert events[-1]["kind"] == "comment.purged"


async def test_one_may_end_ones_own_comment_at_once(team: Team) -> None:
    word = f"{SECRET}{team.workspace_id}"
    task = await team.task(await team.project())
    comment = await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": word})
    await team.member.delete(f"/api/trash/comments/{comment['id']}", 404)  # not in the trash yet
    await team.member.delete(f"/api/comments/{comment['id']}")
    await team.member.delete(f"/api/trash/comments/{comment['id']}")
    assert await mentions(team, word) == {}


async def test_sub_tasks_that_were_deleted_later_stay_in_the_trash(team: Team) -> None:
    project = await team.project()
    parent = await team.task(project, "Parent")
    child = await team.task(project, "Child", parent_id=parent["id"])
    await team.owner.delete(f"/api/tasks/{child['id']}")
    await team.owner.delete(f"/api/tasks/{parent['id']}")
    await team.owner.delete(f"/api/trash/tasks/{parent['id']}")
    (item,) = (await team.owner.get(f"/api/projects/{project['id']}/trash"))["items"]
    assert item["id"] == child["id"]
    assert (await team.owner.post(f"/api/tasks/{child['id']}/restore", status=200))["parent_id"] is None


async def test_a_living_sub_task_of_what_ends_stands_for_itself(team: Team) -> None:
    project = await team.project()
    parent = await team.task(project, "Parent")
    child = await team.task(project, "Child", parent_id=parent["id"])
    await team.owner.delete(f"/api/tasks/{parent['id']}")
    async with team.app.state.database.unit_of_work() as db:
        await db.execute(text("UPDATE task SET deleted_at = NULL WHERE id = :id"), {"id": UUID(child["id"])})
    await later(team)
    left = await team.owner.get(f"/api/tasks/{child['id']}")
    assert (left["parent_id"], left["version"]) == (None, 2)
    events = await events_of(team, f"project:{project['id']}")
    assert ("task.changed", {"parent_id": None}) in [
        (event["kind"], {k: v for k, v in (event["after"] or {}).items() if k == "parent_id"}) for event in events
    ]


async def test_what_was_deleted_many_at_once_ends_too(team: Team) -> None:
    word = f"{SECRET}{team.workspace_id}"
    project = await team.project()
    top = await team.task(project, "Top")
    for n in range(201):
        await team.task(project, f"{word} {n}", parent_id=top["id"])
    await team.owner.delete(f"/api/tasks/{top['id']}")
    assert (await mentions(team, word))["change_detail"] == 201
    await later(team)
    assert await mentions(team, word) == {}


async def test_a_project_ends_for_good_and_its_key_is_free(team: Team) -> None:
    word = f"{SECRET}{team.workspace_id}"
    project = await team.project(key="HW", name=word, description=word)
    topic = f"project:{project['id']}"
    label = await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": word})
    parent = await team.task(project, word, label_ids=[label["id"]])
    await team.task(project, word, parent_id=parent["id"])
    await team.owner.post(f"/api/tasks/{parent['id']}/comments", {"body": word})
    await team.owner.put(f"/api/projects/{project['id']}/members/{team.viewer.id}", {"role": "viewer"})
    await team.owner.delete(f"/api/projects/{project['id']}")
    await later(team)
    assert await mentions(team, word) == {}
    for table in ("event", "change_detail", "span", "timeline"):
        assert await scalar(team, f"SELECT count(*) FROM {table} WHERE topic = :t", t=topic) == 0, table
    again = await team.project(key="HW")
    assert again["id"] != project["id"]
    events = [e for e in await events_of(team, f"workspace:{team.workspace_id}") if e["id"] == project["id"]]
    assert {(event["kind"], event["after"]) for event in events} == {("project.purged", None)}


async def test_a_project_that_is_ended_by_hand_is_out_of_reach_at_once(team: Team) -> None:
    project = await team.project(key="HW")
    await team.owner.delete(f"/api/projects/{project['id']}")
    await team.owner.delete(f"/api/trash/projects/{project['id']}")
    assert (await team.owner.get(f"/api/workspaces/{team.workspace_id}/trash"))["items"] == []
    assert (await team.owner.http.post(f"/api/projects/{project['id']}/restore")).status_code == 404
    await team.owner.delete(f"/api/trash/projects/{project['id']}", 404)
    await later(team, days=0, kept=0)
    assert (await team.project(key="HW"))["key"] == "HW"


async def test_an_answer_that_was_kept_for_a_repeated_request_says_nothing_more(team: Team) -> None:
    word, key = f"{SECRET}{team.workspace_id}", {"Idempotency-Key": team.workspace_id}
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks"
    made = await team.owner.http.post(path, json={"title": word}, headers=key)
    assert made.status_code == 201
    await team.owner.delete(f"/api/tasks/{made.json()['id']}")
    await later(team, days=2, kept=1)
    kept = "SELECT encode(body, 'escape') FROM kept_answer WHERE key = :key"
    assert word not in (await scalar(team, kept, key=team.workspace_id) or "")


async def test_zero_days_keep_the_trash_for_ever(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    await team.owner.delete(f"/api/tasks/{task['id']}")
    await later(team, days=10_000, kept=0)
    await team.owner.post(f"/api/tasks/{task['id']}/restore", status=200)


@pytest.mark.parametrize("built", [True, False])
async def test_states_of_the_past_lack_what_ended_for_good(team: Team, built: bool) -> None:
    project = await team.project()
    task = await team.task(project, "Gone")
    kept = await team.task(project, "Kept")
    revision = (await team.board(project))["revision"]
    if built:
        await build_timelines(team.app.state.database, 1)
    await team.owner.delete(f"/api/tasks/{task['id']}")
    await team.owner.delete(f"/api/trash/tasks/{task['id']}")
    told = "SELECT array_agg(entity_id::text) FROM state_at(:t, :r, ARRAY['task'])"
    for _ in range(2):
        assert await scalar(team, told, t=f"project:{project['id']}", r=revision) == [kept["id"]]
        await build_timelines(team.app.state.database, 1)


@pytest.mark.pool
@pytest.mark.parametrize("first", ["restore", "purge"])
async def test_what_is_restored_while_the_purge_comes_is_either_whole_or_gone(team: Team, first: str) -> None:
    project = await team.project()
    task = await team.task(project, "Parent")
    child = await team.task(project, "Child", parent_id=task["id"])
    await team.owner.delete(f"/api/tasks/{task['id']}")
    acts = [team.owner.http.post(f"/api/tasks/{task['id']}/restore"), later(team)]
    answers = await together(team.app, "project", project["id"], *(acts if first == "restore" else reversed(acts)))
    restored = next(answer for answer in answers if answer is not None).status_code
    assert restored == (200 if first == "restore" else 404)
    there = {one["id"] for one in (await team.board(project))["tasks"]}
    assert there == ({task["id"], child["id"]} if first == "restore" else set())
    view = await look(team.viewer, team.workspace_id, project["id"])
    assert view.things["tasks"].keys() == there


@pytest.mark.pool
async def test_a_task_and_a_comment_on_it_are_ended_at_once_without_a_deadlock(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "Old")
    comment = await team.owner.post(f"/api/tasks/{task['id']}/comments", {"body": "Old words"})
    await team.owner.delete(f"/api/comments/{comment['id']}")
    await team.owner.delete(f"/api/tasks/{task['id']}")
    topic = {"topic": f"project:{project['id']}"}
    async with team.app.state.database.unit_of_work() as db:
        await db.execute(HOLD_TIMELINE, topic)
    async with team.app.state.database.unit_of_work() as db:
        await db.execute(HOLD_TIMELINE, topic)
        ending_task = asyncio.create_task(team.owner.http.delete(f"/api/trash/tasks/{task['id']}"))
        await until_waiting(team.app)
        ending_comment = asyncio.create_task(team.owner.http.delete(f"/api/trash/comments/{comment['id']}"))
        await until_waiting(team.app, 2)
    first, second = await asyncio.gather(ending_task, ending_comment)
    assert first.status_code == 204
    assert second.status_code == 404
