"""A viewer who fetches once, follows the events, and can compare with what is there now."""

from typing import Any

from tests.events.fold import Things, View, fold
from tests.factories import User


def by(key: str, items: list[dict[str, Any]]) -> Things:
    return {item[key]: item for item in items}


async def maybe(user: User, path: str) -> Any:
    """The JSON at `path`, or None where they may not see it (any more)."""
    answer = await user.http.get(path)
    assert answer.status_code in (200, 403, 404), answer.text
    return answer.json() if answer.status_code == 200 else None


async def look(user: User, workspace_id: str, project_id: str) -> View:
    """Everything on somebody's screens, freshly fetched."""
    things: dict[str, Things] = {}
    revisions = {f"person:{user.id}": await revision_of(user, f"person:{user.id}")}
    things["workspaces"] = by("id", await user.get("/api/workspaces"))
    base = f"/api/workspaces/{workspace_id}"
    if projects := await maybe(user, f"{base}/projects"):
        members = await user.get(f"{base}/members")
        assert members["revision"] == projects["revision"]
        revisions[f"workspace:{workspace_id}"] = projects["revision"]
        things["projects"] = by("id", projects["projects"])
        things["workspace members"] = by("person_id", members["members"])
        if (invitations := await maybe(user, f"{base}/invitations")) is not None:
            things["invitations"] = by("id", invitations)
    if board := await maybe(user, f"/api/projects/{project_id}/board"):
        revisions[f"project:{project_id}"] = board["revision"]
        things["board"] = {project_id: board["project"]}
        things["people"] = by("person_id", board["people"])
        for kind in ("states", "labels", "tasks"):
            things[kind] = by("id", board[kind])
        things["members"] = by("person_id", await user.get(f"/api/projects/{project_id}/members"))
        things["comments"] = {}
        for task in board["tasks"]:
            comments = await user.get(f"/api/tasks/{task['id']}/comments")
            assert comments["revision"] == board["revision"]
            things["comments"] |= by("id", comments["items"])
    return View(things, revisions)


async def revision_of(user: User, topic: str) -> int:
    page = await user.get("/api/events", topic=topic, limit=200)
    assert not page["more"]
    return int(page["revision"])


async def follow(user: User, view: View) -> View:
    """The view after all that has happened since. A topic that is no longer theirs takes its things along."""
    for topic, revision in view.revisions.items():
        answer = await user.http.get("/api/events", params={"topic": topic, "after": revision})
        if answer.status_code == 404:
            view = without(view, topic)
            continue
        for event in answer.json()["events"]:
            view = fold(view, event, user.id)
    return view


def without(view: View, topic: str) -> View:
    kind, _, one = topic.partition(":")
    gone = ["board", "states", "labels", "tasks", "members", "comments", "people"]
    if kind == "workspace":
        gone = ["projects", "workspace members", "invitations"]
    things = {name: value for name, value in view.things.items() if name not in gone}
    if kind == "project" and "projects" in things:
        things["projects"] = {k: v for k, v in things["projects"].items() if k != one}
    return View(things, {t: r for t, r in view.revisions.items() if t != topic}, view.stale)
