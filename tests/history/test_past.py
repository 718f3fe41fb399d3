"""Boards, lists and tasks as they were."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import TypeAdapter

from headway.events import timeline
from headway.events.models import Timeline
from headway.history.schemas import Export, ProjectTimeline
from headway.tasks.schemas import BoardThen
from tests.factories import Team

pytestmark = pytest.mark.anyio


async def build(team: Team, project: Any) -> None:
    async with team.app.state.database.unit_of_work() as db:
        await timeline.build(db, f"project:{project['id']}")


async def lived_in(team: Team) -> tuple[Any, dict[int, Any]]:
    """A project with a past, and its board at each revision of it."""
    project = await team.project()
    path, boards = f"/api/projects/{project['id']}", {}

    async def look() -> Any:
        board = await team.board(project)
        boards[board["revision"]] = board
        return board

    states = (await look())["states"]
    red = await team.owner.post(f"{path}/labels", {"name": "Red", "color": "red"})
    await look()
    tasks = []
    for number in range(5):
        tasks.append(await team.task(project, f"Task {number}", label_ids=[red["id"]], description=f"Text {number}"))
        await look()
    await team.owner.post(f"/api/tasks/{tasks[0]['id']}/move", {"state_id": states[3]["id"]}, 200)
    await look()
    await team.member.patch(f"/api/tasks/{tasks[1]['id']}", {"version": 1, "title": "Renamed", "description": "Other"})
    await look()
    await team.owner.post(f"/api/tasks/{tasks[2]['id']}/move", {"after_id": tasks[4]["id"]}, 200)
    await look()
    await team.owner.delete(f"/api/tasks/{tasks[3]['id']}")
    await look()
    await team.owner.patch(f"/api/labels/{red['id']}", {"version": 1, "name": "Crimson"})
    await look()
    await team.owner.delete(f"/api/states/{states[4]['id']}")
    await team.owner.delete(f"/api/labels/{red['id']}")
    await team.owner.patch(path, {"version": 1, "name": "Landing"})
    await look()
    await team.owner.post(f"/api/tasks/{tasks[3]['id']}/restore", status=200)
    await look()
    return project, boards


async def test_a_board_is_told_as_it_was_shown(team: Team) -> None:
    project, boards = await lived_in(team)
    path = f"/api/projects/{project['id']}/board"
    for _ in range(2):
        for revision, board in boards.items():
            then = await team.viewer.get(path, as_of=revision)
            TypeAdapter(BoardThen).validate_python(then)
            at, counts = then.pop("at"), then.pop("counts")
            assert then == {**board, "project": {**board["project"], "role": "viewer"}}
            assert sum(counts.values()) == len(board["tasks"])
            assert (await team.owner.get(path, as_of=at))["revision"] == revision
        await build(team, project)
    newest = max(boards)
    now = await team.owner.get(path, as_of=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    assert (now["revision"], now["tasks"]) == (newest, boards[newest]["tasks"])
    assert (await team.owner.get(path, as_of=9**25))["revision"] == newest


async def test_a_board_shows_some_of_each_state_and_counts_all(team: Team) -> None:
    project, boards = await lived_in(team)
    board = boards[max(boards)]
    then = await team.owner.get(f"/api/projects/{project['id']}/board", as_of=max(boards), per_state=2)
    by_state = {state["id"]: [t for t in board["tasks"] if t["state_id"] == state["id"]] for state in board["states"]}
    assert then["counts"] == {state: len(tasks) for state, tasks in by_state.items() if tasks}
    for state, tasks in by_state.items():
        assert [t for t in then["tasks"] if t["state_id"] == state] == tasks[:2]
    answer = await team.owner.http.get(f"/api/projects/{project['id']}/board", params={"per_state": 2})
    assert (answer.status_code, answer.json()["code"]) == (422, "per_state")


async def test_a_task_is_told_as_it_was(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "One", description="**First**")
    first = (await team.board(project))["revision"]
    await team.owner.patch(f"/api/tasks/{task['id']}", {"version": 1, "description": "Second"})
    second = await team.owner.get(f"/api/tasks/{task['id']}")
    await team.owner.delete(f"/api/tasks/{task['id']}")
    path = f"/api/tasks/{task['id']}"
    for _ in range(2):
        assert await team.viewer.get(path, as_of=first) == task
        assert await team.viewer.get(path, as_of=first + 1) == second
        for there in (first - 1, first + 2):
            answer = await team.owner.http.get(path, params={"as_of": there})
            assert (answer.status_code, answer.json()["code"]) == (404, "task.not_found")
        await build(team, project)
    assert (await team.stranger.http.get(path, params={"as_of": first})).status_code == 404
    assert (await team.owner.http.get(f"/api/tasks/{uuid4()}", params={"as_of": first})).status_code == 404


@pytest.mark.parametrize("words", ["yesterday", "", "-1", "1.5", "2026-11-22", "2026-11-22T10:00", "2026-13-01T00:00Z"])
async def test_what_is_neither_a_revision_nor_a_time_is_refused(team: Team, words: str) -> None:
    project = await team.project()
    answer = await team.owner.http.get(f"/api/projects/{project['id']}/board", params={"as_of": words})
    assert (answer.status_code, answer.json()["code"]) == (422, "as_of")
    assert "1234" in answer.json()["detail"] and "2026-11-22T09:30:00Z" in answer.json()["detail"]


async def test_a_time_may_have_any_zone(team: Team) -> None:
    project, _ = await lived_in(team)
    path = f"/api/projects/{project['id']}/board"
    at = datetime.fromisoformat((await team.owner.get(path, as_of=6))["at"])
    for words in (
        at.isoformat().replace("+00:00", "Z"),
        at.astimezone().isoformat(),
        at.astimezone().isoformat().replace("+", " "),
    ):
        assert (await team.owner.get(path, as_of=words))["revision"] == 6


async def test_what_is_from_before_the_history_is_gone(team: Team) -> None:
    project, _ = await lived_in(team)
    path = f"/api/projects/{project['id']}/board"
    first = (await team.owner.get(path, as_of=1))["at"]
    for words in ("0", "2020-01-01T00:00:00Z"):
        answer = await team.owner.http.get(path, params={"as_of": words})
        assert (answer.status_code, answer.json()["code"]) == (410, "history.gone")
        assert datetime.fromisoformat(answer.json()["oldest"]) == datetime.fromisoformat(first)
    await build(team, project)
    async with team.app.state.database.unit_of_work() as db:
        row = await db.get(Timeline, f"project:{project['id']}")
        row.told_from = row.kept_from = 5
    oldest = await team.owner.get(path, as_of=5)
    for words in ("4", oldest["at"].replace(oldest["at"][:4], "2020", 1)):
        answer = await team.owner.http.get(path, params={"as_of": words})
        assert answer.status_code == 410
        assert datetime.fromisoformat(answer.json()["oldest"]) == datetime.fromisoformat(oldest["at"])


async def test_time_goes_in_equal_steps(team: Team) -> None:
    project, boards = await lived_in(team)
    told = await team.viewer.get(f"/api/projects/{project['id']}/timeline", steps=10)
    TypeAdapter(ProjectTimeline).validate_python(told)
    assert (told["from"]["revision"], told["to"]["revision"]) == (1, max(boards))
    assert len(told["steps"]) == 10
    assert told["steps"][-1]["revision"] == max(boards)
    assert 1 + sum(step["changes"] for step in told["steps"]) == max(boards)
    times = [datetime.fromisoformat(step["at"]) for step in told["steps"]]
    assert times == sorted(times)
    for step in told["steps"]:
        then = await team.owner.get(f"/api/projects/{project['id']}/board", as_of=step["at"])
        assert then["revision"] == step["revision"]
    assert (await team.stranger.http.get(f"/api/projects/{project['id']}/timeline")).status_code == 404


async def test_what_changed_since_i_last_looked(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/last-look"
    assert await team.member.get(path) == {"revision": None, "at": None, "changes": 0}
    seen = (await team.board(project))["revision"]
    await team.member.put(path, {"revision": seen})
    await team.task(project, by=team.member)
    parent = await team.task(project, "By another")
    await team.task(project, "Below", parent_id=parent["id"])
    await team.owner.delete(f"/api/tasks/{parent['id']}")
    look = await team.member.get(path)
    assert (look["revision"], look["changes"]) == (seen, 3)
    await team.member.put(path, {"revision": 10**9})
    look = await team.member.get(path)
    assert (look["revision"], look["changes"]) == ((await team.board(project))["revision"], 0)
    await team.member.put(path, {"revision": 2})
    assert (await team.member.get(path))["revision"] == look["revision"]
    assert (await team.owner.get(path))["revision"] is None
    await team.stranger.put(path, {"revision": 1}, 404)
    await team.member.put(path, {"revision": -1}, 422)


async def test_a_list_is_told_as_it_was(team: Team) -> None:
    project, boards = await lived_in(team)
    path = f"/api/projects/{project['id']}/tasks"
    states, label = boards[min(boards)]["states"], next(b["labels"][0]["id"] for b in boards.values() if b["labels"])
    some = [r for r in boards if len(boards[r]["tasks"]) >= 4]
    queries: list[dict[str, Any]] = [
        {},
        {"state_id": states[1]["id"]},
        {"category": "done"},
        {"label_id": label},
        {"priority": 0},
        {"q": "task"},
        {"q": "OTHER rena"},
        {"q": "text 2"},
        {"q": "100%"},
        {"assignee_id": team.owner.id},
    ]
    recent: dict[tuple[int, int], Any] = {}
    for _ in range(2):
        for at, query in enumerate(queries):
            for sort in ("rank", "-updated", "due", "-priority", "number"):
                now = await team.owner.get(path, **query, sort=sort)
                then = await team.owner.get(path, **query, sort=sort, as_of=max(boards))
                assert then == now, (query, sort)
            found = {r: (await team.owner.get(path, **query, as_of=r))["items"] for r in some}
            for r in some:
                assert recent.setdefault((at, r), found[r]) == found[r]
        await build(team, project)
    for r in some:
        assert recent[0, r] == boards[r]["tasks"]
        assert recent[2, r] == [t for t in boards[r]["tasks"] if t["state_id"] == states[3]["id"]]
        for sort in ("rank", "-updated", "due"):
            whole = (await team.owner.get(path, as_of=r, sort=sort))["items"]
            items: list[Any] = []
            cursor = None
            while cursor or not items:
                query = {"as_of": r, "sort": sort, "limit": 2, **({"cursor": cursor} if cursor else {})}
                page = await team.viewer.get(path, **query)
                items, cursor = items + page["items"], page["next_cursor"]
            assert items == whole
    answer = await team.owner.http.get(path, params={"as_of": 0})
    assert (answer.status_code, answer.json()["code"]) == (410, "history.gone")
    assert (await team.stranger.http.get(path, params={"as_of": 3})).status_code == 404
    assert (await team.owner.http.get(path, params={"as_of": 3, "cursor": "x"})).status_code == 422


async def test_comments_are_told_as_they_were(team: Team) -> None:
    project = await team.project()
    task, other = await team.task(project), await team.task(project)
    path, told = f"/api/tasks/{task['id']}/comments", {}

    async def look() -> None:
        found = await team.owner.get(path)
        told[found["revision"]] = found

    await look()
    first = await team.owner.post(path, {"body": "**First**"})
    await team.owner.post(f"/api/tasks/{other['id']}/comments", {"body": "Elsewhere"})
    await look()
    second = await team.member.post(path, {"body": "Second"})
    await look()
    await team.owner.patch(f"/api/comments/{first['id']}", {"version": 1, "body": "_First_"})
    await look()
    await team.owner.delete(f"/api/comments/{second['id']}")
    await look()
    await team.owner.delete(f"/api/tasks/{task['id']}")
    for _ in range(2):
        for revision, found in told.items():
            assert await team.viewer.get(path, as_of=revision) == found
        for there in (1, max(told) + 1):
            answer = await team.owner.http.get(path, params={"as_of": there})
            assert (answer.status_code, answer.json()["code"]) == (404, "task.not_found")
        answer = await team.owner.http.get(path, params={"as_of": 0})
        assert (answer.status_code, answer.json()["code"]) == (410, "history.gone")
        await build(team, project)
    assert (await team.stranger.http.get(path, params={"as_of": max(told)})).status_code == 404


async def test_a_project_is_taken_along_as_a_file(team: Team) -> None:
    project, boards = await lived_in(team)
    path = f"/api/projects/{project['id']}/export"
    task = boards[max(boards)]["tasks"][0]
    said = await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": "Hello"})
    for _ in range(2):
        answer = await team.viewer.http.get(path)
        assert answer.status_code == 200
        day = datetime.now(UTC).date().isoformat()
        assert answer.headers["content-disposition"] == f'attachment; filename="{project["key"]}-{day}.json"'
        whole = TypeAdapter(Export).validate_python(answer.json())
        assert (whole.format, whole.revision) == ("headway-project-1", max(boards) + 1)
        texts = {one.title: one.description for one in whole.tasks}
        assert texts == {"Renamed": "Other"} | {f"Task {n}": f"Text {n}" for n in (0, 2, 3, 4)}
        assert [one.id for one in whole.tasks for _ in one.comments] == [UUID(task["id"])]
        (comment,) = [comment for one in whole.tasks for comment in one.comments]
        assert (str(comment.id), comment.body) == (said["id"], "Hello")
        for revision, board in boards.items():
            then = await team.owner.get(path, as_of=revision)
            assert [then["states"], then["labels"], then["project"]] == [
                board["states"],
                board["labels"],
                board["project"],
            ]
            rows = {one["id"]: one for one in then["tasks"]}
            assert rows.keys() == {one["id"] for one in board["tasks"]}
            assert all(rows[one["id"]].items() >= one.items() for one in board["tasks"])
        await build(team, project)
    assert (await team.stranger.http.get(path)).status_code == 404
    assert (await team.owner.http.get(path, params={"as_of": 0})).status_code == 410


def task_states(boards: dict[int, Any]) -> list[str]:
    return [state["id"] for state in boards[max(boards)]["states"][:3]]


async def test_some_of_a_board_is_the_same_before_and_after_spans_are_made(team: Team) -> None:
    project, boards = await lived_in(team)
    path = f"/api/projects/{project['id']}/board"
    for step in range(3):
        for revision in boards:
            whole = await team.owner.get(path, as_of=revision)
            assert await team.owner.get(path, as_of=revision, per_state=100) == whole
        if step == 0:
            await build(team, project)
            task = boards[max(boards)]["tasks"][0]
            for state in task_states(boards):
                await team.owner.post(f"/api/tasks/{task['id']}/move", {"state_id": state}, 200)
                board = await team.board(project)
                boards[board["revision"]] = board
        else:
            await build(team, project)
