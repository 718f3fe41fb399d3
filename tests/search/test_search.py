"""Finding tasks: by their words wherever they stand, by their id first, and only what one may see."""

from typing import Any

from tests.factories import Team, User


async def found(by: User, team: Team, words: str, **more: Any) -> list[str]:
    answer = await by.get(f"/api/workspaces/{team.workspace_id}/search", q=words, **more)
    return [item["title"] for item in answer["items"]]


async def test_words_are_found_in_titles_descriptions_and_comments_whatever_their_case(team: Team) -> None:
    project = await team.project()
    await team.task(project, "Paint the Fence")
    await team.task(project, "Second", description="the fence needs paint")
    third = await team.task(project, "Third")
    await team.owner.post(f"/api/tasks/{third['id']}/comments", {"body": "What about the FENCE?"})
    await team.task(project, "Nothing")
    assert set(await found(team.viewer, team, "fence")) == {"Paint the Fence", "Second", "Third"}
    assert set(await found(team.viewer, team, "PAINT fence")) == {"Paint the Fence", "Second"}
    assert await found(team.viewer, team, "fence gate") == []
    assert await found(team.viewer, team, "  third   about ") == ["Third"]


async def test_an_id_comes_first_then_titles_then_open_before_closed(team: Team) -> None:
    project = await team.project(key="HW")
    done = (await team.board(project))["states"][3]["id"]
    await team.task(project, "one")
    await team.task(project, "closed: see HW-1", state_id=done)
    await team.task(project, "open: see HW-1")
    await team.task(project, "text", description="like hw-1")
    assert await found(team.member, team, "hw-1") == ["one", "open: see HW-1", "closed: see HW-1", "text"]
    assert await found(team.member, team, " HW-1 ") == ["one", "open: see HW-1", "closed: see HW-1", "text"]
    assert await found(team.member, team, "HW-99") == []


async def test_signs_that_mean_something_to_a_database_mean_themselves(team: Team) -> None:
    project = await team.project()
    for title in ("100% sure", "100 sure", "snake_case", "snakeXcase", "back\\slash", 'it\'s "quoted"', "a/b"):
        await team.task(project, title)
    for words, titles in (
        ("%", ["100% sure"]),
        ("0%", ["100% sure"]),
        ("_", ["snake_case"]),
        ("e_c", ["snake_case"]),
        ("\\", ["back\\slash"]),
        ("k\\s", ["back\\slash"]),
        ("'", ['it\'s "quoted"']),
        ("/", ["a/b"]),
        ("%%", []),
        ("s%e", []),
        ("'; --", []),
    ):
        assert await found(team.owner, team, words) == titles, words


async def test_chinese_japanese_and_korean_are_found_inside_sentences(team: Team) -> None:
    project = await team.project()
    for title in ("修复登录页面的错误", "ログイン画面を直す", "로그인 페이지 수정", "Straße"):
        await team.task(project, title)
    for words, title in (
        ("登录", "修复登录页面的错误"),
        ("画面", "ログイン画面を直す"),
        ("페이", "로그인 페이지 수정"),
        ("录", "修复登录页面的错误"),
    ):
        assert await found(team.viewer, team, words) == [title], words
    assert await found(team.viewer, team, "STRASSE") == []
    assert await found(team.viewer, team, "strAße") == ["Straße"]


async def test_only_what_one_may_see_is_found(team: Team) -> None:
    private, open_ = await team.project(visibility="private"), await team.project()
    await team.task(private, "secret plan")
    await team.task(open_, "open plan")
    assert set(await found(team.owner, team, "plan")) == {"secret plan", "open plan"}
    for person in (team.admin, team.member, team.viewer):
        assert await found(person, team, "plan") == ["open plan"]
    await team.owner.put(f"/api/projects/{private['id']}/members/{team.viewer.id}", {"role": "viewer"})
    assert set(await found(team.viewer, team, "plan")) == {"secret plan", "open plan"}
    await team.owner.delete(f"/api/projects/{private['id']}/members/{team.viewer.id}")
    assert await found(team.viewer, team, "plan") == ["open plan"]


async def test_what_is_deleted_is_not_found(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "gone")
    talk = await team.task(project, "talk")
    comment = await team.owner.post(f"/api/tasks/{talk['id']}/comments", {"body": "gone too"})
    assert set(await found(team.owner, team, "gone")) == {"gone", "talk"}
    await team.owner.delete(f"/api/tasks/{task['id']}")
    await team.owner.delete(f"/api/comments/{comment['id']}")
    assert await found(team.owner, team, "gone") == []
    await team.owner.delete(f"/api/projects/{project['id']}")
    assert await found(team.owner, team, "talk") == []


async def test_another_workspaces_tasks_are_not_found_from_here(team: Team) -> None:
    await team.task(await team.project(), "plan")
    other = await team.owner.post("/api/workspaces", {"name": "Other"})
    assert (await team.owner.get(f"/api/workspaces/{other['id']}/search", q="plan"))["items"] == []


async def test_nothing_is_asked_nothing_is_found_and_a_limit_is_a_limit(team: Team) -> None:
    project = await team.project()
    for number in range(3):
        await team.task(project, f"plan {number}")
    assert await found(team.owner, team, "   ") == []
    assert await found(team.owner, team, "plan", limit=2) == ["plan 2", "plan 1"]
    for limit in (0, 201):
        answer = await team.owner.http.get(
            f"/api/workspaces/{team.workspace_id}/search", params={"q": "plan", "limit": limit}
        )
        assert answer.status_code == 422


async def test_my_work_is_what_is_open_and_mine_with_the_earliest_due_first(team: Team) -> None:
    project, other = await team.project(key="HW"), await team.project(name="Other")
    states = (await team.board(project))["states"]
    mine: dict[str, Any] = {"assignee_ids": [team.member.id]}
    await team.task(project, "undated", **mine)
    await team.task(project, "urgent", priority=4, **mine)
    await team.task(other, "later", due_on="2026-12-24", **mine)
    await team.task(project, "sooner", due_on="2026-12-01", **mine)
    await team.task(project, "done", state_id=states[3]["id"], **mine)
    await team.task(project, "cancelled", state_id=states[4]["id"], **mine)
    await team.task(project, "theirs", assignee_ids=[team.owner.id])
    gone = await team.task(project, "gone", **mine)
    await team.owner.delete(f"/api/tasks/{gone['id']}")
    work = await team.member.get(f"/api/workspaces/{team.workspace_id}/my-work")
    assert [item["title"] for item in work["items"]] == ["sooner", "later", "urgent", "undated"]
    first = work["items"][0]
    assert (first["project_key"], first["project_name"], first["state_name"], first["state_category"]) == (
        "HW",
        "Launch",
        "To do",
        "todo",
    )
    assert work["revisions"] == {
        f"project:{one['id']}": (await team.board(one))["revision"] for one in (project, other)
    }
    await team.owner.delete(f"/api/projects/{other['id']}")
    left = await team.member.get(f"/api/workspaces/{team.workspace_id}/my-work")
    assert (len(left["items"]), len(left["revisions"])) == (3, 1)
