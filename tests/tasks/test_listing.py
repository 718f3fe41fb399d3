"""Pages of tasks: filters, orders, cursors that stay right while others write, and cursors nobody was given."""

from base64 import urlsafe_b64encode
from typing import Any
from uuid import uuid4

import orjson
import pytest

from tests.factories import Team

SORTS = ("rank", "-updated", "due", "-priority", "number")


async def pages(team: Team, project: Any, limit: int, **filters: Any) -> list[str]:
    """The titles of every page, one list."""
    path, cursor, titles = f"/api/projects/{project['id']}/tasks", None, []
    while True:
        page = await team.viewer.get(path, limit=limit, **filters, **({"cursor": cursor} if cursor else {}))
        assert len(page["items"]) <= limit
        titles += [task["title"] for task in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return titles


async def test_each_order_is_complete_and_right_whatever_the_page_size(team: Team) -> None:
    project = await team.project()
    due = ["2026-12-03", None, "2026-12-01", None, "2026-12-03", "9999-12-30", "1900-01-01"]
    for number, day in enumerate(due):
        await team.task(project, f"t{number}", due_on=day, priority=number % 3)
    first = (await team.board(project))["tasks"][0]
    await team.owner.patch(f"/api/tasks/{first['id']}", {"version": 1, "description": "later"})
    expected = {
        "rank": "t0 t1 t2 t3 t4 t5 t6",
        "-updated": "t0 t6 t5 t4 t3 t2 t1",
        "due": "t6 t2 t0 t4 t5 t1 t3",
        "-priority": "t2 t5 t1 t4 t0 t3 t6",
        "number": "t0 t1 t2 t3 t4 t5 t6",
    }
    for sort in SORTS:
        for limit in (1, 2, 3, 7, 200):
            assert " ".join(await pages(team, project, limit, sort=sort)) == expected[sort], (sort, limit)


async def test_filters_narrow_and_combine(team: Team) -> None:
    project = await team.project()
    states = {state["category"]: state["id"] for state in (await team.board(project))["states"]}
    label = (await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": "bug"}))["id"]
    await team.task(project, "Plain")
    await team.task(project, "Labelled", label_ids=[label], priority=2)
    await team.task(project, "Mine", assignee_ids=[team.member.id], description="100% of it_all")
    await team.task(project, "Done mine", state_id=states["done"], assignee_ids=[team.member.id], label_ids=[label])
    for filters, titles in (
        ({}, ["Plain", "Labelled", "Mine", "Done mine"]),
        ({"label_id": label}, ["Labelled", "Done mine"]),
        ({"assignee_id": team.member.id}, ["Mine", "Done mine"]),
        ({"assignee_id": team.member.id, "label_id": label}, ["Done mine"]),
        ({"state_id": states["done"]}, ["Done mine"]),
        ({"category": "todo"}, ["Plain", "Labelled", "Mine"]),
        ({"category": "done", "priority": 2}, []),
        ({"priority": 2}, ["Labelled"]),
        ({"priority": 0, "q": "MINE"}, ["Mine", "Done mine"]),
        ({"q": "0% t_a"}, ["Mine"]),
        ({"q": "_ %"}, ["Mine"]),
        ({"q": "mine done"}, ["Done mine"]),
        ({"q": "   "}, ["Plain", "Labelled", "Mine", "Done mine"]),
        ({"label_id": str(uuid4())}, []),
    ):
        assert await pages(team, project, 50, **filters) == titles, filters


async def test_a_page_goes_on_after_the_task_it_ended_with_was_deleted(team: Team) -> None:
    project = await team.project()
    for title in "abcd":
        await team.task(project, title)
    path = f"/api/projects/{project['id']}/tasks"
    page = await team.member.get(path, limit=2)
    await team.member.delete(f"/api/tasks/{page['items'][1]['id']}")
    await team.task(project, "e")
    rest = await team.member.get(path, limit=9, cursor=page["next_cursor"])
    assert [task["title"] for task in rest["items"]] == ["c", "d", "e"]
    assert rest["revision"] == (await team.board(project))["revision"]


async def test_an_empty_page_still_says_which_revision_it_shows(team: Team) -> None:
    project = await team.project()
    page = await team.member.get(f"/api/projects/{project['id']}/tasks", q="nothing")
    assert page == {"items": [], "next_cursor": None, "revision": (await team.board(project))["revision"]}


def cursor(value: Any) -> str:
    return urlsafe_b64encode(value if isinstance(value, bytes) else orjson.dumps(value)).decode().rstrip("=")


HERE = str(uuid4())
FORGED: list[str] = [
    "",
    "x",
    "%%%",
    "é",
    "A" * 1000,
    cursor(b"{"),
    cursor(b'["number",' + b"9" * 400 + b',"x"]'),
    cursor({"a": 1, "b": 2, "c": 3}),
    cursor("abc"),
    cursor(None),
    cursor([]),
    cursor(["rank", "a0"]),
    cursor(["rank", "a\x00", HERE]),
    cursor(["rank", 1, HERE]),
    cursor(["rank", ["a0"], HERE]),
    cursor(["rank", "a0", "not an id"]),
    cursor(["rank", "a0", 7]),
    cursor(["rank", "a0", None]),
    cursor(["number", True, HERE]),
    cursor(["number", 1.5, HERE]),
    cursor(["number", 2**31, HERE]),
    cursor(["-priority", 2**63, HERE]),
    cursor(["due", "tomorrow", HERE]),
    cursor(["due", 20261124, HERE]),
    cursor(["due", "10000-01-01", HERE]),
    cursor(["-updated", "2026-11-22T10:00:00", HERE]),
    cursor(["-updated", "0001-01-01T00:00:00+23:59", HERE]),
    cursor(["-updated", "now", HERE]),
    cursor([["rank"], "a0", HERE]),
]


@pytest.mark.parametrize("sort", SORTS)
async def test_a_cursor_that_nobody_was_given_is_refused(team: Team, sort: str) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks"
    for forged in FORGED:
        answer = await team.member.http.get(path, params={"sort": sort, "cursor": forged})
        if forged:
            assert (answer.status_code, answer.json()["code"]) in ((422, "cursor"), (422, "invalid")), forged
        else:
            assert answer.status_code == 200


async def test_a_cursor_belongs_to_its_order(team: Team) -> None:
    project = await team.project()
    for title in "abc":
        await team.task(project, title)
    path = f"/api/projects/{project['id']}/tasks"
    given = {sort: (await team.member.get(path, limit=1, sort=sort))["next_cursor"] for sort in SORTS}
    for sort in SORTS:
        for other, cursor in given.items():
            answer = await team.member.http.get(path, params={"sort": sort, "cursor": cursor})
            assert answer.status_code == (200 if sort == other else 422), (sort, other)
