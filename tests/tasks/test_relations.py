"""What blocks what, duplicates and related tasks: shown from both sides, never beyond what somebody sees."""

from typing import Any

from tests.factories import Team, User


async def related(by: User, task: Any) -> list[tuple[str, str]]:
    answer = await by.get(f"/api/tasks/{task['id']}/relations")
    return [(one["kind"], one["task"]["title"]) for one in answer["items"]]


async def patch(by: User, task: Any, **fields: Any) -> Any:
    return await by.http.patch(f"/api/tasks/{task['id']}", json=fields, headers={"if-match": "*"})


async def states_of(team: Team, project: Any) -> dict[str, str]:
    return {one["category"]: one["id"] for one in (await team.board(project))["states"]}


async def test_both_sides_show_a_relation(team: Team) -> None:
    project = await team.project()
    a, b, c, d = [await team.task(project, title) for title in "ABCD"]
    made = await patch(
        team.member, a, blocked_by={"add": [b["id"]]}, related={"add": [c["id"]]}, duplicate_of_id=d["id"]
    )
    assert made.status_code == 200, made.text
    assert (made.json()["blocked_by_ids"], made.json()["related_ids"]) == ([b["id"]], [c["id"]])
    assert await related(team.viewer, a) == [("blocked_by", "B"), ("duplicate_of", "D"), ("related", "C")]
    assert await related(team.viewer, b) == [("blocks", "A")]
    assert await related(team.viewer, c) == [("related", "A")]
    assert await related(team.viewer, d) == [("duplicated_by", "A")]
    await patch(team.member, a, blocked_by={"remove": [b["id"]]}, related={"remove": [c["id"]]}, duplicate_of_id=None)
    assert await related(team.viewer, a) == await related(team.viewer, b) == []


async def test_related_from_both_sides_is_one_relation(team: Team) -> None:
    project = await team.project()
    a, b = await team.task(project, "A"), await team.task(project, "B")
    await patch(team.member, a, related={"add": [b["id"]]})
    await patch(team.member, b, related={"add": [a["id"]]})
    assert await related(team.member, a) == [("related", "B")]


async def test_a_relation_reaches_into_another_project_but_not_beyond_what_is_seen(team: Team) -> None:
    here, there = await team.project(), await team.project(visibility="private")
    mine, hidden = await team.task(here, "Mine"), await team.task(there, "Hidden")
    assert (await patch(team.owner, mine, blocked_by={"add": [hidden["id"]]})).status_code == 200
    assert await related(team.owner, mine) == [("blocked_by", "Hidden")]
    assert await related(team.member, mine) == []
    other = await team.task(here, "Other")
    for fields in (
        {"blocked_by": {"add": [hidden["id"]]}},
        {"related": {"add": [hidden["id"]]}},
        {"duplicate_of_id": hidden["id"]},
        {"related": {"add": [other["id"]]}},
    ):
        refused = await patch(team.member, other, **fields)
        assert (refused.status_code, refused.json()["code"]) == (422, next(iter(fields))), refused.text


async def test_a_blocked_task_is_refused_where_the_project_insists(team: Team) -> None:
    project = await team.project()
    states = await states_of(team, project)
    first, second = await team.task(project, "Lay the keel"), await team.task(project, "Paint the hull")
    await patch(team.member, second, blocked_by={"add": [first["id"]]})
    assert (await patch(team.member, second, state_id=states["done"])).status_code == 200
    assert (await patch(team.member, second, state_id=states["doing"])).status_code == 200

    insists = {"version": project["version"], "blocking": "refuse"}
    await team.owner.patch(f"/api/projects/{project['id']}", insists)
    why = f"It is blocked by {first['human_id']} “Lay the keel”. Close that first, or take the relation away."
    refused = await patch(team.member, second, state_id=states["done"])
    assert (refused.status_code, refused.json()["code"], refused.json()["detail"]) == (409, "task.blocked", why)
    moved = await team.member.http.post(f"/api/tasks/{second['id']}/move", json={"state_id": states["cancelled"]})
    assert (moved.status_code, moved.json()["code"]) == (409, "task.blocked")
    for what in ({"change": {"state_id": states["done"]}}, {"move": {"state_id": states["done"]}}):
        body = {"items": [{"id": first["id"]}, {"id": second["id"]}], **what}
        both = await team.member.http.post(f"/api/projects/{project['id']}/tasks/bulk", json=body)
        assert [(one["status"], one["code"]) for one in both.json()["items"]] == [
            ("changed", None),
            ("refused", "task.blocked"),
        ]
        await patch(team.member, first, state_id=states["todo"])

    assert (await patch(team.member, first, state_id=states["done"])).status_code == 200
    assert (await patch(team.member, second, state_id=states["done"])).status_code == 200


async def test_who_does_not_see_the_blocker_is_not_told_its_name(team: Team) -> None:
    here, there = await team.project(), await team.project(visibility="private")
    await team.owner.patch(f"/api/projects/{here['id']}", {"version": here["version"], "blocking": "refuse"})
    task, hidden = await team.task(here, "Mine"), await team.task(there, "Hidden")
    await patch(team.owner, task, blocked_by={"add": [hidden["id"]]})
    refused = await patch(team.member, task, state_id=(await states_of(team, here))["done"])
    assert refused.json()["detail"].startswith("It is blocked by a task that you cannot see.")


async def test_blocked_tasks_are_found(team: Team) -> None:
    project = await team.project()
    first, second = await team.task(project, "First"), await team.task(project, "Second", estimate=2.5)
    await patch(team.member, second, blocked_by={"add": [first["id"]]})

    async def found(q: str) -> list[str]:
        answer = await team.member.get(f"/api/workspaces/{team.workspace_id}/search", q=f"project:{project['key']} {q}")
        return sorted(one["title"] for one in answer["items"])

    assert await found("is:blocked") == ["Second"]
    assert await found("-is:blocked") == ["First"]
    assert await found("estimate>2") == await found("estimate:2.5") == await found("-estimate:none") == ["Second"]
    await patch(team.member, first, state_id=(await states_of(team, project))["done"])
    assert await found("is:blocked") == []


async def test_relations_and_estimates_are_undone(team: Team) -> None:
    project = await team.project()
    a, b, c = [await team.task(project, title) for title in "ABC"]
    await patch(team.member, a, blocked_by={"add": [b["id"]]}, estimate=3)
    await patch(team.member, a, blocked_by={"add": [c["id"]], "remove": [b["id"]]}, estimate=5, duplicate_of_id=c["id"])
    history = await team.member.get(f"/api/projects/{project['id']}/history")
    undone = await team.member.http.post(f"/api/changes/{history['items'][0]['id']}/undo", json={})
    assert undone.json()["counts"]["undone"] == 1
    back = await team.member.get(f"/api/tasks/{a['id']}")
    assert (back["blocked_by_ids"], back["estimate"], back["duplicate_of_id"]) == ([b["id"]], 3, None)


async def test_an_estimate_conflicts_like_any_field(team: Team) -> None:
    task = await team.task(await team.project(), estimate=1)
    await team.member.patch(f"/api/tasks/{task['id']}", {"version": 1, "estimate": 2})
    second = await team.owner.http.patch(f"/api/tasks/{task['id']}", json={"version": 1, "estimate": 3})
    assert (second.status_code, second.json()["conflicts"][0]["field"]) == (409, "estimate")
