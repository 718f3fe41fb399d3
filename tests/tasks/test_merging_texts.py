"""Two people edit one long text: edits of different places are put together, others are shown."""

from typing import Any

import httpx2

from tests.factories import Team, User

BASE = "# Plan\n\nBuy chains.\n\nBuy oil."
MINE = BASE.replace("chains", "**two** chains")
THEIRS = BASE.replace("oil", "a lot of oil")
BOTH = "# Plan\n\nBuy **two** chains.\n\nBuy a lot of oil."


async def patch(by: User, path: str, body: Any, status: int = 200, if_match: str | None = None) -> httpx2.Response:
    answer = await by.http.patch(path, json=body, headers={"If-Match": if_match} if if_match else None)
    assert answer.status_code == status, answer.text
    return answer


async def described(team: Team) -> str:
    return f"/api/tasks/{(await team.task(await team.project(), description=BASE))['id']}"


async def test_edits_of_different_places_of_a_description_merge(team: Team) -> None:
    path = await described(team)
    first = await patch(team.member, path, {"version": 1, "description": THEIRS})
    assert "headway-merged" not in first.headers
    answer = await patch(team.owner, path, {"version": 1, "description": MINE, "priority": 2})
    merged = answer.json()
    assert answer.headers["headway-merged"] == "description"
    assert (merged["description"], merged["priority"], merged["version"]) == (BOTH, 2, 3)
    assert "<strong>two</strong>" in merged["description_html"]
    assert "a lot of oil" in merged["description_html"]
    assert await team.viewer.get(path) == merged
    assert answer.headers["etag"] == '"v3"'


async def test_the_event_of_a_merge_holds_the_merged_text(team: Team) -> None:
    path = await described(team)
    await patch(team.member, path, {"version": 1, "description": THEIRS})
    task = (await patch(team.owner, path, {"version": 1, "description": MINE})).json()
    page = await team.viewer.get("/api/events", topic=f"project:{task['project_id']}")
    last = page["events"][-1]
    assert (last["before"]["description"], last["after"]["description"]) == (THEIRS, BOTH)
    assert last["after"]["description_html"] == task["description_html"]


async def test_a_text_is_merged_over_several_changes_of_others(team: Team) -> None:
    path = await described(team)
    await patch(team.member, path, {"version": 1, "description": BASE + "\n\nLater."})
    await patch(team.admin, path, {"version": 2, "description": THEIRS})
    merged = (await patch(team.owner, path, {"version": 1, "description": MINE})).json()
    assert merged["description"] == BOTH


async def test_neighbouring_edits_of_a_text_are_a_conflict(team: Team) -> None:
    path = await described(team)
    theirs = BASE.replace("chains", "tubes")
    await patch(team.member, path, {"version": 1, "description": theirs})
    problem = (await patch(team.owner, path, {"version": 1, "description": MINE, "title": "New"}, 409)).json()
    (conflict,) = problem["conflicts"]
    assert conflict.pop("at")
    by = {"person_id": team.member.id, "name": "Member"}
    assert conflict == {"field": "description", "base": BASE, "yours": MINE, "theirs": theirs, "by": by}
    assert (await team.owner.get(path))["title"] != "New"


async def test_one_conflict_keeps_everything_from_being_saved(team: Team) -> None:
    path = await described(team)
    await patch(team.member, path, {"version": 1, "description": THEIRS, "title": "Theirs"})
    problem = (await patch(team.owner, path, {"version": 1, "description": MINE, "title": "Mine"}, 409)).json()
    assert [conflict["field"] for conflict in problem["conflicts"]] == ["title"]
    assert (await team.owner.get(path))["description"] == THEIRS


async def test_if_match_merges_nothing(team: Team) -> None:
    path = await described(team)
    await patch(team.member, path, {"version": 1, "description": THEIRS})
    await patch(team.owner, path, {"description": MINE}, 412, if_match='"v1"')
    answer = await patch(team.owner, path, {"description": MINE}, if_match="*")
    assert answer.json()["description"] == MINE
    assert "headway-merged" not in answer.headers


async def test_a_merge_that_would_be_too_long_is_a_conflict(team: Team) -> None:
    task = await team.task(await team.project(), description="a\n\nb\n\nc")
    path = f"/api/tasks/{task['id']}"
    await patch(team.member, path, {"version": 1, "description": f"{'x' * 60_000}\n\nb\n\nc"})
    await patch(team.owner, path, {"version": 1, "description": f"a\n\nb\n\n{'y' * 60_000}"}, 409)


async def test_titles_are_not_merged_word_by_word(team: Team) -> None:
    path = f"/api/tasks/{(await team.task(await team.project(), 'One. Two. Three.'))['id']}"
    await patch(team.member, path, {"version": 1, "title": "Eins. Two. Three."})
    await patch(team.owner, path, {"version": 1, "title": "One. Two. Drei."}, 409)


async def test_a_comment_edited_in_two_tabs_merges(team: Team) -> None:
    task = await team.task(await team.project())
    comment = await team.member.post(f"/api/tasks/{task['id']}/comments", {"body": BASE})
    path = f"/api/comments/{comment['id']}"
    await patch(team.member, path, {"version": 1, "body": THEIRS})
    answer = await patch(team.member, path, {"version": 1, "body": MINE})
    assert (answer.json()["body"], answer.headers["headway-merged"]) == (BOTH, "body")
    assert "<strong>two</strong>" in answer.json()["body_html"]


async def test_a_projects_description_merges(team: Team) -> None:
    path = f"/api/projects/{(await team.project(description=BASE))['id']}"
    await patch(team.admin, path, {"version": 1, "description": THEIRS})
    answer = await patch(team.owner, path, {"version": 1, "description": MINE, "name": "New"})
    assert (answer.json()["description"], answer.json()["name"]) == (BOTH, "New")
    assert answer.headers["headway-merged"] == "description"


async def test_a_big_change_of_other_fields_is_no_conflict(team: Team) -> None:
    """More than 200 things at once: viewers are told to reload, and yet each change is known."""
    project = await team.project()
    label = await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": "big"})
    tasks = [await team.task(project, f"Task {n}", label_ids=[label["id"]]) for n in range(201)]
    await team.owner.delete(f"/api/labels/{label['id']}")
    path = f"/api/tasks/{tasks[7]['id']}"
    assert (await team.owner.get(path))["version"] == 2
    assert (await patch(team.member, path, {"version": 1, "title": "New"})).json()["title"] == "New"


async def test_a_task_changed_while_deleted_says_so_when_it_is_back(team: Team) -> None:
    project = await team.project()
    states = (await team.board(project))["states"]
    task = await team.task(project, state_id=states[0]["id"])
    path = f"/api/tasks/{task['id']}"
    await team.member.delete(path)
    await team.owner.delete(f"/api/states/{states[0]['id']}?move_to={states[2]['id']}")
    await team.member.post(f"{path}/restore", status=200)
    assert (await patch(team.owner, path, {"version": 1, "title": "New"})).json()["title"] == "New"
    problem = (await patch(team.owner, path, {"version": 1, "state_id": states[1]["id"]}, 409)).json()
    (conflict,) = problem["conflicts"]
    assert (conflict["field"], conflict["base"]) == ("state_id", states[0]["id"])
    assert conflict["theirs"] == states[2]["id"]
