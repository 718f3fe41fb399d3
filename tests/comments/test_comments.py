"""Comments through the API: say, change, take back, and two people who change one at once."""

from tests.factories import Team


async def test_comments_come_in_the_order_they_were_said_and_as_safe_html(team: Team) -> None:
    task = await team.task(await team.project())
    path = f"/api/tasks/{task['id']}/comments"
    first = await team.member.post(path, {"body": "**Hello**"})
    await team.owner.post(path, {"body": "<script>alert(1)</script>"})
    assert (first["author_id"], first["task_id"], first["version"]) == (team.member.id, task["id"], 1)
    assert first["body_html"] == "<p><strong>Hello</strong></p>\n"
    listed = await team.viewer.get(path)
    assert [comment["body"] for comment in listed["items"]] == ["**Hello**", "<script>alert(1)</script>"]
    assert listed["items"][0] == first
    assert "<script" not in listed["items"][1]["body_html"]


async def test_a_comment_says_something(team: Team) -> None:
    task = await team.task(await team.project())
    for body in ("", "   ", "\n\t", None, 7, "x" * 50_001, "a\x00b"):
        answer = await team.member.http.post(f"/api/tasks/{task['id']}/comments", json={"body": body})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body"), body
    kept = await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": "  indented\n"})
    assert kept["body"] == "  indented\n"


async def test_a_comment_changed_twice_at_once_is_a_conflict_with_what_is_there(team: Team) -> None:
    task = await team.task(await team.project())
    comment = await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": "Base"})
    path = f"/api/comments/{comment['id']}"
    theirs = await team.member.patch(path, {"version": 1, "body": "From the other window"})
    assert (theirs["version"], theirs["updated_at"] > theirs["created_at"]) == (2, True)
    conflict = await team.member.patch(path, {"version": 1, "body": "From this one"}, 409)
    assert conflict["current"] == theirs
    assert [(c["field"], c["base"], c["theirs"]) for c in conflict["conflicts"]] == [
        ("body", "Base", "From the other window")
    ]
    assert (await team.member.patch(path, {"body": "x"}, 428))["code"] == "version"
    stale = await team.member.http.patch(path, json={"body": "x"}, headers={"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["current"]) == (412, theirs)
    answer = await team.member.http.patch(path, json={"body": "x"}, headers={"If-Match": "*"})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"v3"')


async def test_a_comment_taken_back_is_gone(team: Team) -> None:
    task = await team.task(await team.project())
    comment = await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": "Oops"})
    await team.member.delete(f"/api/comments/{comment['id']}")
    assert (await team.member.get(f"/api/tasks/{task['id']}/comments"))["items"] == []
    await team.member.patch(f"/api/comments/{comment['id']}", {"version": 1, "body": "x"}, 404)
    await team.member.delete(f"/api/comments/{comment['id']}", 404)


async def test_comments_come_back_with_their_task(team: Team) -> None:
    task = await team.task(await team.project())
    comment = await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": "Kept"})
    await team.owner.delete(f"/api/tasks/{task['id']}")
    await team.member.patch(f"/api/comments/{comment['id']}", {"version": 1, "body": "x"}, 404)
    await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": "x"}, 404)
    await team.owner.post(f"/api/tasks/{task['id']}/restore", status=200)
    assert (await team.member.get(f"/api/tasks/{task['id']}/comments"))["items"] == [comment]


async def test_a_comments_list_shows_the_projects_revision(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    path = f"/api/tasks/{task['id']}/comments"
    before = (await team.viewer.get(path))["revision"]
    await team.member.post(path, {"body": "Hello"})
    after = (await team.viewer.get(path))["revision"]
    assert (after, after) == (before + 1, (await team.board(project))["revision"])
