"""Undo of each sort of change, the redo after it, and what everybody's screens make of both."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from tests.events.test_every_command import Scene, assert_same, change, change_task
from tests.events.viewer import follow, look
from tests.factories import Team, User

# What a thing has by being written at all; undo writes too.
WRITTEN = {"version", "updated_at"}


async def undo(by: User, change_id: str, status: int = 200, **body: Any) -> Any:
    """The answer to an undo."""
    return await by.post(f"/api/changes/{change_id}/undo", body, status)


def without_traces(things: dict[str, Any]) -> dict[str, Any]:
    """Everything on a screen, but for what every write leaves behind."""
    return {
        kind: {one: {name: v for name, v in thing.items() if name not in WRITTEN} for one, thing in all_.items()}
        for kind, all_ in things.items()
    }


@dataclass
class Case:
    """A change to take back, the least that somebody must be in the project, and how many things go back."""

    act: Callable[[Scene], Awaitable[Any]]
    count: int = 1
    least: str = "member"


async def move(s: Scene) -> None:
    body = {"state_id": s.states[2]["id"], "before_id": s.task["id"]}
    await s.team.member.post(f"/api/tasks/{s.other['id']}/move", body, 200)


async def say(s: Scene) -> None:
    await s.team.owner.post(f"/api/tasks/{s.task['id']}/comments", {"body": "_New_"})


async def create(s: Scene) -> None:
    await s.team.task(s.project, "New", parent_id=s.task["id"], label_ids=s.labels, assignee_ids=[s.team.member.id])


CASES = {
    "create a task": Case(create),
    "delete a task with a sub-task": Case(lambda s: s.team.member.delete(f"/api/tasks/{s.task['id']}"), 2),
    "restore a task with a sub-task": Case(
        lambda s: s.team.member.post(f"/api/tasks/{s.gone['id']}/restore", status=200), 2
    ),
    "change every field of a task": Case(change_task),
    "move": Case(move),
    "rank": Case(lambda s: s.team.member.post(f"/api/tasks/{s.other['id']}/move", {"before_id": s.task["id"]}, 200)),
    "labels of a task": Case(
        lambda s: change(s.team.member, f"/api/tasks/{s.task['id']}", {"labels": {"remove": s.labels}})
    ),
    "assignees of a task": Case(
        lambda s: change(
            s.team.member,
            f"/api/tasks/{s.task['id']}",
            {"assignees": {"add": [s.team.owner.id], "remove": [s.team.member.id]}},
        )
    ),
    "create a comment": Case(say, least="admin"),
    "change a comment": Case(
        lambda s: change(s.team.owner, f"/api/comments/{s.comment['id']}", {"body": "_New_"}), least="author"
    ),
    "delete a comment": Case(lambda s: s.team.owner.delete(f"/api/comments/{s.comment['id']}"), least="admin"),
    "create a label": Case(lambda s: s.team.member.post(s.path("/labels"), {"name": "New", "color": "red"})),
    "change a label": Case(
        lambda s: change(s.team.member, f"/api/labels/{s.labels[0]}", {"name": "New", "color": "red"})
    ),
    "delete a label that tasks carry": Case(lambda s: s.team.member.delete(f"/api/labels/{s.labels[0]}"), 3),
    "create a state": Case(
        lambda s: s.team.owner.post(s.path("/states"), {"name": "New", "category": "doing", "after_id": None}),
        least="admin",
    ),
    "change a state": Case(
        lambda s: change(
            s.team.owner,
            f"/api/states/{s.states[1]['id']}",
            {"name": "New", "category": "done", "after_id": s.states[3]["id"]},
        ),
        least="admin",
    ),
    "delete a state with tasks in it": Case(
        lambda s: s.team.owner.delete(f"/api/states/{s.states[1]['id']}?move_to={s.states[3]['id']}"), 6, "admin"
    ),
    "change the project": Case(
        lambda s: change(s.team.owner, s.path(), {"name": "New", "description": "New"}), least="admin"
    ),
    "close the project": Case(lambda s: change(s.team.owner, s.path(), {"visibility": "private"}), least="admin"),
    "delete the project": Case(lambda s: s.team.owner.delete(s.path()), least="admin"),
}


@pytest.mark.parametrize("name", CASES)
async def test_it_goes_back_and_again_and_every_screen_follows(team: Team, name: str) -> None:
    case = CASES[name]
    scene = await Scene.of(team)
    viewers = (team.owner, team.member, team.viewer)
    where = team.workspace_id, scene.project["id"]
    began = [await look(viewer, *where) for viewer in viewers]
    await case.act(scene)
    done = [await look(viewer, *where) for viewer in viewers]
    change_id = await newest(team, scene)
    refused = await team.viewer.http.post(f"/api/changes/{change_id}/undo", json={})
    # Who does not see the project any more is not told that there was a change.
    assert refused.status_code == (403 if done[2].things.get("board") or name == "delete the project" else 404)
    if case.least in ("admin", "author") and done[1].things.get("board"):
        assert (await undo(team.member, change_id, 403))["code"].startswith(("role.", "comment."))
    seen = done
    # Undo, redo, undo of the redo, and redo of that.
    for expected in (began, done, began, done):
        preview = await undo(team.owner, change_id, preview=True)
        assert [await look(viewer, *where) for viewer in viewers] == seen, "a preview writes nothing"
        out = await undo(team.owner, change_id)
        assert out["counts"] == {"undone": case.count, "conflicts": 0, "refused": 0, "left": 0}, out
        assert {**out, "preview": True, "change": None} == preview
        assert out["undoes"] == change_id
        now = [await look(viewer, *where) for viewer in viewers]
        for viewer, before, then, wanted in zip(viewers, seen, now, expected, strict=True):
            assert without_traces(then.things) == without_traces(wanted.things), viewer.name
            after = await follow(viewer, before)
            if before.revisions.keys() >= then.revisions.keys():
                assert_same((name, viewer.name), before, after, then)
            else:
                assert "lists" in after.stale, "a project that appears is asked for"
        again = await undo(team.owner, change_id)
        assert (again["counts"]["undone"], again["change"], again["undone"]) == (0, None, [])
        change_id, seen = out["change"], now


async def newest(team: Team, scene: Scene) -> str:
    """The newest change set, that of a deleted project too."""
    statement = text("SELECT change_set_id FROM event WHERE topic = :topic ORDER BY revision DESC LIMIT 1")
    async with team.app.state.database.reading() as db:
        return str(await db.scalar(statement, {"topic": f"project:{scene.project['id']}"}))
