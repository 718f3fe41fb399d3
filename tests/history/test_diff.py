"""What differs between two moments, net."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from headway.events import timeline
from headway.history.schemas import Diff
from tests.factories import Team, User

pytestmark = pytest.mark.anyio


async def revision(team: Team, project: Any) -> int:
    return int((await team.board(project))["revision"])


async def diff(user: User, project: Any, start: Any, end: Any = None, **query: Any) -> Any:
    given = {"from": start, **({} if end is None else {"to": end}), **query}
    found = await user.get(f"/api/projects/{project['id']}/diff", **given)
    TypeAdapter(Diff).validate_python(found)
    return found


async def build(team: Team, project: Any) -> None:
    async with team.app.state.database.unit_of_work() as db:
        await timeline.build(db, f"project:{project['id']}")


async def test_only_what_is_different_in_the_end_shows(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}"
    states = (await team.board(project))["states"]
    kept = await team.task(project, "Kept", description="Old words")
    there_and_back = await team.task(project, "There and back")
    dragged = await team.task(project, "Dragged")
    gone = await team.task(project, "Gone")
    comment = await team.owner.post(f"/api/tasks/{kept['id']}/comments", {"body": "Hello"})
    start = await revision(team, project)
    if start % 2:
        await build(team, project)
    await team.member.patch(f"/api/tasks/{kept['id']}", {"version": 1, "title": "Renamed", "description": "New words"})
    await team.owner.post(f"/api/tasks/{kept['id']}/move", {"state_id": states[3]["id"]}, 200)
    for title in ("There", "There and back"):
        current = await team.owner.get(f"/api/tasks/{there_and_back['id']}")
        await team.owner.patch(f"/api/tasks/{there_and_back['id']}", {"version": current["version"], "title": title})
    await team.owner.post(f"/api/tasks/{dragged['id']}/move", {"before_id": kept["id"]}, 200)
    await team.owner.post(f"/api/tasks/{dragged['id']}/move", {"state_id": states[1]["id"]}, 200)
    await team.owner.delete(f"/api/tasks/{gone['id']}")
    fresh = await team.task(project, "Fresh")
    short = await team.task(project, "Short-lived")
    await team.owner.delete(f"/api/tasks/{short['id']}")
    await team.owner.patch(f"/api/comments/{comment['id']}", {"version": 1, "body": "Hello there"})
    await team.owner.post(f"{path}/labels", {"name": "bug"})
    end = await revision(team, project)
    for step in range(3):
        found = await diff(team.viewer, project, start, end if step else None)
        assert found["from"]["revision"] == start
        assert found["to"]["revision"] == end
        assert found["counts"] == {"created": 2, "deleted": 1, "changed": 2}
        assert found["next_cursor"] is None
        by_name = {(item["what"], item["noun"], item["title"]): item for item in found["items"]}
        assert by_name.keys() == {
            ("created", "label", "bug"),
            ("created", "task", "Fresh"),
            ("deleted", "task", "Gone"),
            ("changed", "task", "Renamed"),
            ("changed", "comment", "Renamed"),
        }
        changed = by_name["changed", "task", "Renamed"]
        assert changed["fields"] == {
            "title": {"from": "Kept", "to": "Renamed"},
            "description": {"from": "Old words", "to": "New words"},
            "state_id": {"from": kept["state_id"], "to": states[3]["id"]},
        }
        assert sorted(changed["by"]) == sorted([team.owner.id, team.member.id])
        assert changed["human_id"] == kept["human_id"]
        assert by_name["created", "task", "Fresh"]["id"] == fresh["id"]
        said = by_name["changed", "comment", "Renamed"]
        assert (said["task_id"], said["human_id"]) == (kept["id"], kept["human_id"])
        assert said["fields"] == {"body": {"from": "Hello", "to": "Hello there"}}
        assert {person["person_id"] for person in found["people"]} == {team.owner.id, team.member.id}
        await build(team, project)


async def test_pages_together_are_everything_once(team: Team) -> None:
    project = await team.project()
    start = await revision(team, project)
    for number in range(9):
        await team.task(project, f"Task {number}")
    everything = (await diff(team.owner, project, start))["items"]
    assert [item["title"] for item in everything] == [f"Task {number}" for number in range(8, -1, -1)]
    for limit in (1, 4, 9):
        items: list[Any] = []
        cursor = None
        while cursor or not items:
            page = await diff(team.owner, project, start, limit=limit, **({"cursor": cursor} if cursor else {}))
            assert page["counts"]["created"] == 9
            items, cursor = items + page["items"], page["next_cursor"]
        assert items == everything


async def test_moments_are_given_as_revisions_or_times(team: Team) -> None:
    project = await team.project()
    start = (await diff(team.owner, project, await revision(team, project)))["from"]
    await team.task(project)
    end = (await diff(team.owner, project, start["revision"]))["to"]
    assert (await diff(team.owner, project, start["at"], end["at"]))["counts"]["created"] == 1
    path = f"/api/projects/{project['id']}/diff"
    for query, status, code in (
        ({"from": "yesterday"}, 422, "from"),
        ({"from": "1", "to": "soon"}, 422, "to"),
        ({"from": end["revision"], "to": start["revision"]}, 422, "diff"),
        ({"from": "2001-01-01T00:00:00Z"}, 410, "history.gone"),
        ({"from": "1", "cursor": "x"}, 422, "cursor"),
        ({}, 422, "invalid"),
    ):
        answer = await team.owner.http.get(path, params=query)
        assert (answer.status_code, answer.json()["code"]) == (status, code), query
    assert (await team.stranger.http.get(path, params={"from": 1})).status_code == 404
