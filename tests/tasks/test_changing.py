"""PATCH: what is absent stays, what two people change merges, and nobody's change is lost unseen."""

from typing import Any

from sqlalchemy import text

from tests.factories import Team, User


async def patch(by: User, task: Any, body: Any, **headers: str) -> tuple[int, Any]:
    answer = await by.http.patch(f"/api/tasks/{task['id']}", json=body, headers=headers)
    return answer.status_code, answer.json()


async def revision(team: Team, project: Any) -> int:
    return int((await team.board(project))["revision"])


async def test_absent_is_not_null(team: Team) -> None:
    project = await team.project()
    parent = await team.task(project, "Parent")
    task = await team.task(
        project, parent_id=parent["id"], start_on="2026-12-01", due_on="2026-12-24", description="Soon", priority=3
    )
    path = f"/api/tasks/{task['id']}"
    kept = await team.member.patch(path, {"version": 1, "title": "New"})
    assert {f: kept[f] for f in ("parent_id", "start_on", "due_on", "description", "priority")} == {
        f: task[f] for f in ("parent_id", "start_on", "due_on", "description", "priority")
    }
    emptied = await team.member.patch(path, {"version": 2, "parent_id": None, "start_on": None, "due_on": None})
    assert (emptied["parent_id"], emptied["start_on"], emptied["due_on"]) == (None, None, None)
    assert emptied["title"] == "New"


async def test_null_is_refused_where_a_value_is_needed(team: Team) -> None:
    task = await team.task(await team.project())
    for field in ("title", "description", "state_id", "priority", "labels", "assignees"):
        code, problem = await patch(team.member, task, {"version": 1, field: None})
        assert (code, problem["code"], problem["errors"][0]["field"]) == (422, "invalid", field)


async def test_changes_of_different_fields_merge(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    await team.member.patch(f"/api/tasks/{task['id']}", {"version": 1, "title": "Theirs"})
    merged = await team.owner.patch(f"/api/tasks/{task['id']}", {"version": 1, "due_on": "2026-12-24"})
    assert (merged["title"], merged["due_on"], merged["version"]) == ("Theirs", "2026-12-24", 3)


async def test_the_same_field_changed_by_two_is_a_conflict_that_says_everything(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "Base")
    await team.member.patch(f"/api/tasks/{task['id']}", {"version": 1, "title": "In between"})
    theirs = await team.member.patch(f"/api/tasks/{task['id']}", {"version": 2, "title": "Theirs", "priority": 2})
    code, problem = await patch(team.owner, task, {"version": 1, "title": "Mine", "due_on": "2026-12-24"})
    assert (code, problem["code"], problem["status"]) == (409, "changed", 409)
    assert problem["detail"] == "Member changed the title first. Nothing of yours was saved over it."
    assert problem["current"] == theirs
    (conflict,) = problem["conflicts"]
    assert conflict.pop("at")
    assert conflict == {
        "field": "title",
        "base": "Base",
        "yours": "Mine",
        "theirs": "Theirs",
        "by": {"person_id": team.member.id, "name": "Member"},
    }
    assert await team.owner.get(f"/api/tasks/{task['id']}") == theirs


async def test_a_conflict_names_whoever_changed_each_field_last(team: Team) -> None:
    task = await team.task(await team.project())
    path = f"/api/tasks/{task['id']}"
    await team.member.patch(path, {"version": 1, "title": "Member's", "priority": 1})
    await team.admin.patch(path, {"version": 2, "priority": 2})
    code, problem = await patch(team.owner, task, {"version": 1, "title": "Mine", "priority": 3})
    assert code == 409
    assert {c["field"]: c["by"]["name"] for c in problem["conflicts"]} == {"title": "Member", "priority": "Admin"}
    assert problem["detail"].startswith("Admin and Member changed the priority, title first.")


async def test_the_same_value_from_two_people_is_no_conflict(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    await team.member.patch(f"/api/tasks/{task['id']}", {"version": 1, "title": "Agreed"})
    again = await team.owner.patch(f"/api/tasks/{task['id']}", {"version": 1, "title": "Agreed"})
    assert again["version"] == 2


async def test_a_field_changed_and_changed_back_is_no_conflict(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "Base")
    path = f"/api/tasks/{task['id']}"
    await team.member.patch(path, {"version": 1, "title": "Slip"})
    await team.member.patch(path, {"version": 2, "title": "Base"})
    assert (await team.owner.patch(path, {"version": 1, "title": "Mine"}))["title"] == "Mine"


async def test_a_task_deleted_and_restored_meanwhile_merges_like_any_other(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    path = f"/api/tasks/{task['id']}"
    await team.member.delete(path)
    restored = await team.member.post(f"{path}/restore", status=200)
    assert restored["version"] > task["version"]
    assert (await team.owner.patch(path, {"version": 1, "title": "Mine"}))["title"] == "Mine"


async def test_a_change_that_no_event_tells_of_is_taken_for_a_conflict(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "Base")
    path = f"/api/tasks/{task['id']}"
    async with team.app.state.database.unit_of_work() as db:
        # As after a change of more than 200 tasks at once, which viewers get as one `reload`.
        statement = "UPDATE task SET title = 'Theirs', version = 2 WHERE id = CAST(:id AS uuid)"
        await db.execute(text(statement), {"id": task["id"]})
    code, problem = await patch(team.owner, task, {"version": 1, "title": "Mine"})
    assert code == 409
    (conflict,) = problem["conflicts"]
    assert (conflict["base"], conflict["yours"], conflict["theirs"], conflict["by"]) == (None, "Mine", "Theirs", None)
    assert problem["detail"] == "Somebody changed the title first. Nothing of yours was saved over it."
    same = await team.owner.patch(path, {"version": 1, "title": "Theirs", "due_on": None})
    assert same["version"] == 2


async def test_if_match_is_strict(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    path = f"/api/tasks/{task['id']}"
    read = await team.owner.http.get(path)
    assert read.headers["etag"] == '"v1"'
    _, theirs = await patch(team.member, task, {"title": "Theirs"}, **{"If-Match": '"v1"'})
    for tag in ('"v1"', '"v1", "v7"', 'W/"v1"', '"v999999999999999999"'):
        code, problem = await patch(team.owner, task, {"due_on": "2026-12-24"}, **{"If-Match": tag})
        assert (code, problem["code"], problem["current"]) == (412, "changed", theirs)
    answer = await team.owner.http.patch(path, json={"due_on": "2026-12-24"}, headers={"If-Match": '"v1", "v2"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"v3"')


async def test_if_match_with_a_star_overwrites_on_purpose(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    await team.member.patch(f"/api/tasks/{task['id']}", {"version": 1, "title": "Theirs"})
    code, mine = await patch(team.owner, task, {"version": 1, "title": "Mine"}, **{"If-Match": "*"})
    assert (code, mine["title"], mine["version"]) == (200, "Mine", 3)


async def test_a_change_without_a_version_is_asked_for_one(team: Team) -> None:
    task = await team.task(await team.project())
    bodies: list[dict[str, Any]] = [{"title": "Blind"}, {"labels": {"add": []}}, {}, {"version": None, "title": "x"}]
    for body in bodies:
        code, problem = await patch(team.member, task, body)
        assert (code, problem["code"]) == (428, "version")
        assert "If-Match" in problem["detail"]


async def test_a_version_from_the_future_or_below_one_is_refused(team: Team) -> None:
    task = await team.task(await team.project())
    for version in (2, 2**31 - 1, 2**31, 2**63, 0, -1, 1.5, "one"):
        code, _ = await patch(team.member, task, {"version": version, "title": "Later"})
        assert code == 422


async def test_an_if_match_that_was_never_an_etag_is_refused(team: Team) -> None:
    task = await team.task(await team.project())
    for tag in ("v1", '"1"', '"v1', "", '"v1" "v2"', '"v-1"', '"v' + "9" * 50 + '"', "*, *"):
        code, problem = await patch(team.member, task, {"title": "New"}, **{"If-Match": tag})
        assert (code, problem["code"]) == (422, "if_match"), tag


async def test_labels_and_people_are_added_and_removed_and_never_conflict(team: Team) -> None:
    project = await team.project()
    labels = [
        (await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": name}))["id"]
        for name in ("a", "b", "c")
    ]
    task = await team.task(project, label_ids=labels[:1], assignee_ids=[team.owner.id])
    path = f"/api/tasks/{task['id']}"
    await team.member.patch(path, {"version": 1, "labels": {"add": [labels[1]]}})
    await team.admin.patch(path, {"version": 1, "labels": {"add": [labels[2]], "remove": [labels[0]]}})
    await team.member.patch(path, {"version": 1, "assignees": {"add": [team.member.id], "remove": [team.owner.id]}})
    last = await team.owner.patch(path, {"version": 1, "assignees": {"add": [team.viewer.id]}})
    assert last["label_ids"] == sorted(labels[1:])
    assert last["assignee_ids"] == sorted([team.member.id, team.viewer.id])
    assert last["version"] == 5


async def test_what_changes_nothing_makes_no_version_and_no_event(team: Team) -> None:
    project = await team.project()
    label = await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": "a"})
    task = await team.task(project, label_ids=[label["id"]], assignee_ids=[team.owner.id], due_on="2026-12-24")
    await team.task(project, "Last")
    comment = await team.owner.post(f"/api/tasks/{task['id']}/comments", {"body": "Hello"})
    state = (await team.board(project))["states"][0]
    same = {field: task[field] for field in ("title", "description", "state_id", "priority", "parent_id", "due_on")}
    nothing: list[tuple[str, str, Any]] = [
        ("PATCH", f"/api/tasks/{task['id']}", {"version": 1, **same}),
        ("PATCH", f"/api/tasks/{task['id']}", {"version": 1}),
        ("PATCH", f"/api/tasks/{task['id']}", {"version": 1, "labels": {"add": [label["id"]]}}),
        ("PATCH", f"/api/tasks/{task['id']}", {"version": 1, "labels": {"remove": [team.owner.id]}}),
        ("PATCH", f"/api/tasks/{task['id']}", {"version": 1, "assignees": {"add": [team.owner.id]}}),
        ("POST", f"/api/tasks/{task['id']}/move", {"state_id": task["state_id"], "after_id": task["id"]}),
        ("POST", f"/api/tasks/{(await team.task(project, 'New last'))['id']}/move", {}),
        ("PATCH", f"/api/projects/{project['id']}", {"version": 1, "name": project["name"]}),
        ("PATCH", f"/api/labels/{label['id']}", {"version": 1, "name": "a", "color": label["color"]}),
        ("PATCH", f"/api/states/{state['id']}", {"version": 1, "name": state["name"], "after_id": None}),
        ("PATCH", f"/api/comments/{comment['id']}", {"version": 1, "body": "Hello"}),
    ]
    before = await revision(team, project)
    for method, path, body in nothing:
        answer = await team.owner.http.request(method, path, json=body)
        assert (answer.status_code, answer.json()["version"]) == (200, 1), (path, body, answer.text)
    assert await revision(team, project) == before


async def test_a_refused_change_saves_nothing_of_itself(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, due_on="2026-12-24")
    before = await revision(team, project)
    for body in (
        {"title": "New", "start_on": "2026-12-25"},
        {"title": "New", "state_id": team.owner.id},
        {"title": "New", "labels": {"add": [team.owner.id]}},
        {"title": "New", "assignees": {"add": [team.stranger.id]}},
        {"title": "New", "parent_id": task["id"]},
    ):
        code, _ = await patch(team.member, task, {"version": 1, **body})
        assert code == 422, body
    assert await team.owner.get(f"/api/tasks/{task['id']}") == task
    assert await revision(team, project) == before


async def test_entering_a_closed_state_completes_a_task_and_leaving_it_reopens(team: Team) -> None:
    project = await team.project()
    states = {state["category"]: state["id"] for state in (await team.board(project))["states"]}
    task = await team.task(project)
    path = f"/api/tasks/{task['id']}"
    assert task["completed_at"] is None
    done = await team.member.patch(path, {"version": 1, "state_id": states["done"]})
    assert done["completed_at"]
    cancelled = await team.member.post(f"{path}/move", {"state_id": states["cancelled"]}, 200)
    assert cancelled["completed_at"] == done["completed_at"]
    again = await team.member.patch(path, {"version": 3, "state_id": states["doing"]})
    assert again["completed_at"] is None
    assert (await team.task(project, state_id=states["done"]))["completed_at"]
