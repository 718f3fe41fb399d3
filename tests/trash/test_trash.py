"""What was deleted is listed, comes back with everything that hung on it, or is ended for good."""

from datetime import datetime, timedelta
from typing import Any

from tests.factories import Team, User


async def trash(by: User, project: Any, **params: Any) -> Any:
    return await by.get(f"/api/projects/{project['id']}/trash", **params)


async def names(by: User, project: Any) -> list[str]:
    return [item["title"] for item in (await trash(by, project))["items"]]


async def test_a_deleted_task_is_listed_with_who_and_when_and_until_when(team: Team) -> None:
    project = await team.project(key="HW")
    task = await team.task(project, "Old")
    await team.member.delete(f"/api/tasks/{task['id']}")
    listed = await trash(team.viewer, project)
    (item,) = listed["items"]
    deleted_at, gone_at = (datetime.fromisoformat(item.pop(name)) for name in ("deleted_at", "gone_at"))
    assert gone_at - deleted_at == timedelta(days=30)
    assert item == {
        "kind": "task",
        "id": task["id"],
        "project_id": project["id"],
        "task_id": None,
        "human_id": "HW-1",
        "title": "Old",
        "deleted_by": team.member.id,
        "with": 0,
    }
    assert listed["people"] == [{"person_id": team.member.id, "name": "Member"}]
    assert (listed["days"], listed["next_cursor"]) == (30, None)


async def test_an_empty_trash_is_empty(team: Team) -> None:
    project = await team.project()
    assert await trash(team.viewer, project) == {"items": [], "next_cursor": None, "days": 30, "people": []}
    room = f"/api/workspaces/{team.workspace_id}/trash"
    assert await team.owner.get(room) == {"items": [], "days": 30, "people": []}


async def test_sub_tasks_that_went_along_are_counted_and_others_listed(team: Team) -> None:
    project = await team.project()
    top = await team.task(project, "Top")
    middle = await team.task(project, "Middle", parent_id=top["id"])
    await team.task(project, "Bottom", parent_id=middle["id"])
    early = await team.task(project, "Early", parent_id=top["id"])
    below = await team.task(project, "Below early", parent_id=early["id"])
    await team.owner.delete(f"/api/tasks/{early['id']}")
    await team.owner.post(f"/api/tasks/{below['id']}/restore", status=200)
    await team.owner.delete(f"/api/tasks/{top['id']}")
    listed = (await trash(team.owner, project))["items"]
    assert [(item["title"], item["with"]) for item in listed] == [("Top", 2), ("Early", 0)]
    await team.owner.post(f"/api/tasks/{top['id']}/restore", status=200)
    assert {task["title"] for task in (await team.board(project))["tasks"]} == {
        "Top",
        "Middle",
        "Bottom",
        "Below early",
    }


async def test_a_deleted_comment_is_listed_by_its_first_words(team: Team) -> None:
    project = await team.project(key="HW")
    task = await team.task(project)
    comment = await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": " Hello\n\n**there** " + "x" * 300})
    await team.owner.delete(f"/api/comments/{comment['id']}")
    (item,) = (await trash(team.owner, project))["items"]
    assert (item["kind"], item["id"], item["task_id"], item["human_id"]) == (
        "comment",
        comment["id"],
        task["id"],
        "HW-1",
    )
    assert item["title"].startswith("Hello **there** xxx")
    assert len(item["title"]) == 200
    restored = await team.member.post(f"/api/comments/{comment['id']}/restore", status=200)
    assert restored["body"] == comment["body"]
    assert await names(team.owner, project) == []


async def test_comments_of_a_deleted_task_come_back_with_it(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    path = f"/api/tasks/{task['id']}"
    kept = await team.member.post(f"{path}/comments", {"body": "Kept"})
    gone = await team.member.post(f"{path}/comments", {"body": "Gone"})
    await team.member.delete(f"/api/comments/{gone['id']}")
    await team.member.delete(path)
    assert await names(team.owner, project) == ["Write the plan"]
    assert (await team.owner.http.post(f"/api/comments/{gone['id']}/restore")).status_code == 404
    await team.member.post(f"{path}/restore", status=200)
    assert [one["id"] for one in (await team.owner.get(f"{path}/comments"))["items"]] == [kept["id"]]
    assert await names(team.owner, project) == ["Gone"]


async def test_only_its_author_and_admins_bring_a_comment_back(team: Team) -> None:
    task = await team.task(await team.project())
    comment = await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": "Mine"})
    other = await team.user("other")
    path = f"/api/comments/{comment['id']}"
    await team.member.delete(path)
    await other.post(f"{path}/restore", status=403)
    await other.delete(f"/api/trash/comments/{comment['id']}", 403)
    await team.admin.post(f"{path}/restore", status=200)


async def test_the_trash_is_paged_without_a_gap(team: Team) -> None:
    project = await team.project()
    for n in range(5):
        task = await team.task(project, f"Task {n}")
        comment = await team.owner.post(f"/api/tasks/{task['id']}/comments", {"body": f"Comment {n}"})
        await team.owner.delete(f"/api/comments/{comment['id']}")
        if n % 2:
            await team.owner.delete(f"/api/tasks/{task['id']}")
    whole = await names(team.owner, project)
    assert whole == ["Comment 4", "Task 3", "Comment 2", "Task 1", "Comment 0"]
    paged, cursor = [], None
    while True:
        page = await trash(team.owner, project, limit=2, **({"cursor": cursor} if cursor else {}))
        paged += [item["title"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole
    answer = await team.owner.http.get(f"/api/projects/{project['id']}/trash", params={"cursor": "nonsense"})
    assert answer.status_code == 422


async def test_who_deleted_many_at_once_is_known(team: Team) -> None:
    """Viewers were told to reload; the details know."""
    project = await team.project()
    top = await team.task(project, "Top")
    for n in range(201):
        await team.task(project, f"Task {n}", parent_id=top["id"])
    await team.member.delete(f"/api/tasks/{top['id']}")
    (item,) = (await trash(team.owner, project))["items"]
    assert (item["title"], item["with"], item["deleted_by"]) == ("Top", 201, team.member.id)


async def test_a_deleted_project_is_listed_for_those_who_may_restore_it(team: Team) -> None:
    project = await team.project(key="HW", name="Old launch")
    await team.task(project)
    mine = await team.project(by=team.member, visibility="private", name="Mine")
    await team.owner.delete(f"/api/projects/{project['id']}")
    await team.member.delete(f"/api/projects/{mine['id']}")
    room = f"/api/workspaces/{team.workspace_id}/trash"
    seen = {
        user.name: [item["title"] for item in (await user.get(room))["items"]]
        for user in (team.owner, team.admin, team.member, team.viewer)
    }
    assert seen == {"Owner": ["Mine", "Old launch"], "Admin": ["Old launch"], "Member": ["Mine"], "Viewer": []}
    item = (await team.admin.get(room))["items"][0]
    assert (item["kind"], item["human_id"], item["with"]) == ("project", "HW", 1)
    assert (item["id"], item["project_id"], item["deleted_by"]) == (project["id"], project["id"], team.owner.id)
    restored = await team.admin.post(f"/api/projects/{project['id']}/restore", status=200)
    assert (restored["key"], restored["name"]) == ("HW", "Old launch")
    assert len((await team.board(project))["tasks"]) == 1


async def test_a_key_stays_taken_while_its_project_is_in_the_trash(team: Team) -> None:
    project = await team.project(key="HW")
    await team.owner.delete(f"/api/projects/{project['id']}")
    body = {"name": "Another", "key": "HW"}
    await team.owner.post(f"/api/workspaces/{team.workspace_id}/projects", body, 409)


async def test_members_cannot_end_tasks_for_good(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    path = f"/api/trash/tasks/{task['id']}"
    await team.owner.delete(path, 404)  # it is not in the trash
    await team.member.delete(f"/api/tasks/{task['id']}")
    await team.member.delete(path, 403)
    await team.admin.delete(path)
    await team.admin.delete(path, 404)
