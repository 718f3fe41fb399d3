"""Edits of so many tasks that it shows: one change set, its details, and no more statements."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import event, select

from headway.events.models import ChangeDetail, ChangeSet
from tests.factories import Team
from tests.tasks.many import bulk, many, path_of, statuses


@contextmanager
def counted(team: Team) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    engine = team.app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_five_hundred_tasks_are_one_change_set_with_five_hundred_details(team: Team) -> None:
    project = await team.project()
    tasks = await many(team, project, 500)
    before = (await team.board(project))["revision"]
    answer = await bulk(team.member, project, tasks, change={"priority": 4})
    assert Counter(statuses(answer)) == {"changed": 500}
    async with team.app.state.database.reading() as db:
        columns = ChangeDetail.change_set_id, ChangeDetail.entity_id, ChangeDetail.before, ChangeDetail.after
        here = select(*columns).where(ChangeDetail.topic == f"project:{project['id']}")
        details = (await db.execute(here)).all()
        by = await db.scalar(select(ChangeSet.person_id).where(ChangeSet.id == UUID(answer["change"])))
    assert ({str(one.change_set_id) for one in details}, str(by)) == ({answer["change"]}, team.member.id)
    assert {str(one.entity_id) for one in details} == {task["id"] for task in tasks}
    assert len(details) == 500
    assert all((one.before["priority"], one.after["priority"], one.after["version"]) == (0, 4, 2) for one in details)
    events = (await team.owner.get("/api/events", topic=f"project:{project['id']}", after=before))["events"]
    assert [(one["kind"], one["change"]) for one in events] == [("reload", answer["change"])]
    # And they merge like any others afterwards: history knows what happened to each.
    stale = [{"id": task["id"], "version": 1} for task in tasks]
    refused = await bulk(team.owner, project, stale, change={"priority": 1})
    assert Counter(statuses(refused)) == {"conflict": 500}
    assert (refused["change"], refused["items"][0]["conflicts"][0]["base"]) == (None, 0)


async def test_one_undo_takes_an_edit_of_many_tasks_back_but_for_what_others_did_since(team: Team) -> None:
    project = await team.project()
    tasks = await many(team, project, 250)
    before = {task["id"]: task for task in (await team.board(project))["tasks"]}
    done = (await team.board(project))["states"][3]["id"]
    answer = await bulk(team.member, project, tasks, change={"state_id": done, "priority": 4})
    await team.owner.patch(f"/api/tasks/{tasks[7]['id']}", {"version": 2, "priority": 1})
    undone = await team.member.post(f"/api/changes/{answer['change']}/undo", {}, 200)
    assert (undone["counts"]["undone"], undone["counts"]["conflicts"]) == (250, 1)
    restored = {task["id"]: task for task in (await team.board(project))["tasks"]}
    for task in tasks:
        expected = 1 if task is tasks[7] else before[task["id"]]["priority"]
        assert restored[task["id"]]["priority"] == expected
        assert all(restored[task["id"]][name] == before[task["id"]][name] for name in ("state_id", "completed_at"))


async def test_up_to_two_hundred_are_told_one_by_one(team: Team) -> None:
    project = await team.project()
    tasks = await many(team, project, 200)
    before = (await team.board(project))["revision"]
    await bulk(team.member, project, tasks, change={"priority": 4})
    page = await team.owner.get("/api/events", topic=f"project:{project['id']}", after=before, limit=200)
    assert Counter(one["kind"] for one in page["events"]) == {"task.changed": 200}


async def test_a_thousand_tasks_take_no_more_statements_than_three(team: Team) -> None:
    project = await team.project()
    label = (await team.owner.post(path_of(project, "/labels"), {"name": "bug"}))["id"]
    state = (await team.board(project))["states"][3]["id"]
    tasks = await many(team, project, 1_000)
    edits: list[dict[str, Any]] = [
        {"change": {"state_id": state, "labels": {"add": [label]}, "assignees": {"add": [team.member.id]}}},
        {"change": {"state_id": state, "priority": 2, "labels": {"remove": [label]}, "parent_id": None}},
        {"move": {"after_id": tasks[500]["id"]}},
        {"delete": True},
    ]
    few = tasks[:3]
    for edit in edits:
        items = [{"id": task["id"], "version": 1} for task in few]
        with counted(team) as for_few:
            await bulk(team.member, project, items, **edit)
        rest = [{"id": task["id"], "version": 1} for task in tasks[3:]]
        with counted(team) as for_many:
            answer = await bulk(team.member, project, rest, **edit)
        assert Counter(statuses(answer)) == {"changed": 997}
        # Two more: the details, which few do not have, and the change set, which goes along with a few events.
        assert len(for_many) <= len(for_few) + 2 <= 22, (edit, for_many)
