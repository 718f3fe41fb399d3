"""What happened, newest first: who, when, by what means, from what to what."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import TypeAdapter

from headway.events import record as recording
from headway.history.schemas import ChangePage, History
from tests.factories import Team, User

pytestmark = pytest.mark.anyio


async def history(user: User, path: str, **query: Any) -> Any:
    """One page, as declared."""
    page = await user.get(f"/api/{path}/history", **query)
    TypeAdapter(History).validate_python(page)
    return page


async def whole(user: User, path: str, **query: Any) -> list[Any]:
    """Every page's changes."""
    items, cursor = [], None
    while True:
        page = await history(user, path, **query, **({"cursor": cursor} if cursor else {}))
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


async def test_a_change_says_who_did_what_and_how(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "One")
    await team.member.patch(f"/api/tasks/{task['id']}", {"version": 1, "title": "Two", "description": "Words"})
    page = await history(team.viewer, f"projects/{project['id']}")
    newest = page["items"][0]
    assert (newest["by"], newest["means"], newest["count"], newest["token"]) == (team.member.id, "web", 1, None)
    (event,) = newest["events"]
    assert (event["kind"], event["id"], event["human_id"]) == ("task.changed", task["id"], task["human_id"])
    assert (event["title"], event["before"]["title"], event["after"]["title"]) == ("Two", "One", "Two")
    assert event["after"]["description"] == "Words"
    assert "description_html" not in event["before"].keys() | event["after"].keys()
    assert event["revision"] == newest["revision"]
    assert {person["person_id"] for person in page["people"]} == {team.owner.id, team.member.id}
    assert [change["events"][0]["kind"] for change in page["items"]] == [
        "task.changed",
        "task.created",
        "project.created",
    ]
    assert page["next_cursor"] is None


async def test_a_token_is_told_by_its_name(team: Team) -> None:
    project = await team.project()
    token = await team.owner.post("/api/tokens", {"name": "nightly"})
    headers = {"authorization": f"Bearer {token['token']}", "cookie": ""}
    answer = await team.owner.http.post(
        f"/api/projects/{project['id']}/tasks", json={"title": "By script"}, headers=headers
    )
    assert answer.status_code == 201
    newest = (await history(team.owner, f"projects/{project['id']}"))["items"][0]
    assert (newest["means"], newest["token"]) == ("api", "nightly")


async def test_every_page_together_is_everything_once(team: Team) -> None:
    project = await team.project()
    for number in range(7):
        parent = await team.task(project, f"Task {number}")
        await team.task(project, "Below", parent_id=parent["id"])
        if number % 2:
            await team.owner.delete(f"/api/tasks/{parent['id']}")
    path = f"projects/{project['id']}"
    everything = await whole(team.owner, path, limit=200)
    assert len(everything) == 1 + 14 + 3
    for limit in (1, 2, 5):
        assert await whole(team.owner, path, limit=limit) == everything
    revisions = [change["revision"] for change in everything]
    assert revisions == sorted(revisions, reverse=True)
    gone = [change for change in everything if change["count"] == 2]
    assert len(gone) == 3
    assert all({event["kind"] for event in change["events"]} == {"task.deleted"} for change in gone)


async def test_it_narrows_to_a_person_and_to_a_sort_of_thing(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    project = await team.project()
    task = await team.task(project)
    comment = await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": "Hello"})
    for number in range(9):
        await team.task(project, f"More {number}")
    path = f"projects/{project['id']}"
    for window in (50_000, 3, 1):
        monkeypatch.setattr("headway.history.feed.WINDOW", window)
        for query in ({"by": team.member.id}, {"noun": "comment"}):
            (change,) = await whole(team.owner, path, limit=2, **query)
            (event,) = change["events"]
            assert (event["id"], event["task_id"]) == (comment["id"], task["id"])
            assert (event["human_id"], event["title"]) == (task["human_id"], task["title"])
        assert len(await whole(team.owner, path, limit=2)) == 12
    assert await whole(team.owner, path, by=str(uuid4())) == []


async def test_what_is_in_the_trash_has_its_history(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "One")
    comment = await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": "Hello"})
    await team.member.patch(f"/api/comments/{comment['id']}", {"version": 1, "body": "Hello there"})
    await team.owner.delete(f"/api/tasks/{task['id']}")
    for limit in (1, 50):
        kinds = [c["events"][0]["kind"] for c in await whole(team.viewer, f"tasks/{task['id']}", limit=limit)]
        assert kinds == ["task.deleted", "task.created"]
        changes = await whole(team.viewer, f"comments/{comment['id']}", limit=limit)
        assert [c["events"][0]["kind"] for c in changes] == ["comment.changed", "comment.created"]
    for path in (f"tasks/{task['id']}", f"comments/{comment['id']}", f"projects/{project['id']}"):
        assert (await team.stranger.http.get(f"/api/{path}/history")).status_code == 404


async def test_what_was_deleted_for_good_keeps_its_name(team: Team) -> None:
    project = await team.project()
    label = await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": "bug"})
    await team.owner.patch(f"/api/labels/{label['id']}", {"version": 1, "color": "red"})
    await team.owner.delete(f"/api/labels/{label['id']}")
    changes = await whole(team.owner, f"projects/{project['id']}", noun="label")
    assert [event["title"] for change in changes for event in change["events"]] == ["bug"] * 3


async def test_a_big_change_shows_some_and_counts_all(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    project = await team.project()
    parent = await team.task(project, "Parent")
    for number in range(25):
        await team.task(project, f"Child {number}", parent_id=parent["id"])
    monkeypatch.setattr(recording, "RELOAD_BEYOND", 10)
    await team.owner.delete(f"/api/tasks/{parent['id']}")
    path = f"projects/{project['id']}"
    big = (await history(team.owner, path))["items"][0]
    assert (big["count"], len(big["events"])) == (26, 20)
    assert big["kinds"] == {"task.deleted": 26}
    assert {event["kind"] for event in big["events"]} == {"task.deleted"}
    assert (await history(team.owner, path, noun="comment"))["items"] == []
    assert (await history(team.owner, path, noun="task"))["items"][0] == big
    (deleted, _) = (await history(team.owner, f"tasks/{parent['id']}"))["items"]
    assert (deleted["id"], deleted["count"], deleted["events"][0]["id"]) == (big["id"], 1, parent["id"])
    events: list[Any] = []
    cursor: str | None = None
    while cursor or not events:
        page = await team.viewer.get(f"/api/changes/{big['id']}", limit=7, **({"cursor": cursor} if cursor else {}))
        TypeAdapter(ChangePage).validate_python(page)
        assert (page["count"], page["by"], page["people"][0]["name"]) == (26, team.owner.id, "Owner")
        events, cursor = events + page["events"], page["next_cursor"]
    assert len({event["id"] for event in events}) == len(events) == 26
    assert (await team.stranger.http.get(f"/api/changes/{big['id']}")).status_code == 404


async def test_a_big_change_of_earlier_days_has_no_events(team: Team) -> None:
    project = await team.project()
    async with team.app.state.database.unit_of_work() as db:
        recording.begin_change(db, "import", UUID(team.owner.id))
        recording.record(db, f"project:{project['id']}", "reload", UUID(project["id"]), None, None)
    newest = (await history(team.owner, f"projects/{project['id']}"))["items"][0]
    assert (newest["means"], newest["count"], newest["events"]) == ("import", 0, [])
    one = await team.owner.get(f"/api/changes/{newest['id']}")
    assert (one["count"], one["events"], one["next_cursor"]) == (0, [], None)


async def test_a_cursor_of_something_else_is_refused(team: Team) -> None:
    project = await team.project()
    for cursor in ("x", "WyJjaGFuZ2UiLDEsMV0", "WyJoaXN0b3J5IiwtMV0"):
        answer = await team.owner.http.get(f"/api/projects/{project['id']}/history", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "cursor")
