"""Workspaces and their members: who may what, and what everybody else sees of it."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from headway.accounts.models import Person
from headway.clock import new_id
from tests.factories import Team, User

ROLES = ("owner", "admin", "member", "viewer")


def place(team: Team, user: User) -> str:
    return f"/api/workspaces/{team.workspace_id}/members/{user.id}"


async def members(team: Team, by: User | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = await (by or team.owner).get(f"/api/workspaces/{team.workspace_id}/members")
    return answer


async def roles(team: Team) -> dict[str, str]:
    return {one["person_id"]: one["role"] for one in (await members(team))["members"]}


async def events(team: Team, topic: str, by: User | None = None, after: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await (by or team.owner).get("/api/events", topic=topic, after=after))["events"]
    return found


async def test_i_see_the_workspaces_i_belong_to_with_my_role(team: Team) -> None:
    for role in ROLES:
        (seen,) = await getattr(team, role).get("/api/workspaces")
        assert (seen["id"], seen["role"]) == (team.workspace_id, role)
    assert await team.stranger.get("/api/workspaces") == []


async def test_a_strangers_workspace_and_a_missing_one_are_the_same_404(team: Team) -> None:
    missing = str(new_id())
    for rest, method, body in (
        ("", "GET", None),
        ("", "PATCH", {"name": "Mine", "version": 1}),
        ("/members", "GET", None),
        (f"/members/{team.member.id}", "PATCH", {"role": "viewer"}),
        (f"/members/{team.member.id}", "DELETE", None),
        ("/invitations", "GET", None),
        ("/invitations", "POST", {"role": "member"}),
        (f"/invitations/{missing}", "DELETE", None),
    ):
        theirs, nobodys = [
            await team.stranger.http.request(method, f"/api/workspaces/{one}{rest}", json=body)
            for one in (team.workspace_id, missing)
        ]
        assert theirs.status_code == nobodys.status_code == 404, (method, rest)
        assert theirs.content == nobodys.content


async def test_an_owner_renames_the_workspace_and_its_address_stays(team: Team) -> None:
    before = await team.owner.get(f"/api/workspaces/{team.workspace_id}")
    path = f"/api/workspaces/{team.workspace_id}"
    after = await team.owner.patch(path, {"name": "  Tandem & Sons ", "version": 1})
    assert (after["name"], after["slug"], after["version"]) == ("Tandem & Sons", before["slug"], 2)
    (event,) = await events(team, f"workspace:{team.workspace_id}")
    assert (event["kind"], event["by"]) == ("workspace.changed", team.owner.id)
    assert event["before"] == {field: before[field] for field in event["before"]}
    assert event["after"] == {field: after[field] for field in event["after"]}
    assert event["after"].keys() == {"name", "version", "updated_at"}


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
async def test_only_owners_rename_a_workspace(team: Team, role: str) -> None:
    refused = await getattr(team, role).patch(
        f"/api/workspaces/{team.workspace_id}", {"name": "Mine", "version": 1}, status=403
    )
    assert refused["code"] == "role.own"


async def test_two_owners_who_rename_at_once_do_not_overwrite_each_other(team: Team) -> None:
    path = f"/api/workspaces/{team.workspace_id}"
    await team.owner.patch(path, {"name": "First", "version": 1})
    refused = await team.owner.patch(path, {"name": "Second", "version": 1}, status=409)
    assert (refused["current"]["name"], refused["conflicts"][0]["theirs"]) == ("First", "First")
    assert (await team.owner.patch(path, {"name": "Second"}, status=428))["code"] == "version"
    stale = await team.owner.http.patch(path, json={"name": "Second"}, headers={"if-match": '"v1"'})
    assert stale.status_code == 412
    answer = await team.owner.http.get(path)
    fresh = {"if-match": answer.headers["etag"]}
    assert (await team.owner.http.patch(path, json={"name": "Second"}, headers=fresh)).status_code == 200


async def test_everybody_there_sees_who_is_there(team: Team) -> None:
    for role in ROLES:
        seen = await members(team, getattr(team, role))
        assert [one["role"] for one in seen["members"]] == ["admin", "member", "owner", "viewer"]
    assert seen["members"][0] == {
        "person_id": team.admin.id,
        "name": "Admin",
        "email": team.admin.email,
        "role": "admin",
        "placeholder": False,
        "suspended": False,
    }


async def test_placeholders_are_listed_without_a_role_and_leavers_are_not(team: Team) -> None:
    trello_name = await team.user("trello name")
    async with team.app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == UUID(trello_name.id)).values(placeholder=True))
    await team.owner.delete(place(team, trello_name))
    await team.owner.delete(place(team, team.member))
    seen = {one["name"]: (one["role"], one["placeholder"]) for one in (await members(team))["members"]}
    assert seen["Trello Name"] == (None, True)
    assert "Member" not in seen


@pytest.mark.parametrize(
    ("who", "whom", "to", "status"),
    [
        ("owner", "admin", "owner", 200),
        ("owner", "viewer", "admin", 200),
        ("owner", "member", "viewer", 200),
        ("admin", "member", "admin", 200),
        ("admin", "viewer", "member", 200),
        ("admin", "admin", "viewer", 200),
        ("admin", "member", "owner", 403),
        ("admin", "admin", "owner", 403),
        ("admin", "owner", "member", 403),
        ("member", "viewer", "member", 403),
        ("member", "member", "admin", 403),
        ("viewer", "viewer", "member", 403),
        ("viewer", "owner", "viewer", 403),
        ("owner", "stranger", "member", 404),
        ("owner", "owner", "superuser", 422),
    ],
)
async def test_who_may_make_whom_what(team: Team, who: str, whom: str, to: str, status: int) -> None:
    before = await roles(team)
    person: User = getattr(team, whom)
    await getattr(team, who).patch(place(team, person), {"role": to}, status=status)
    assert await roles(team) == (before | {person.id: to} if status == 200 else before)


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("owner", "admin", 204),
        ("owner", "viewer", 204),
        ("admin", "member", 204),
        ("admin", "admin", 204),
        ("member", "member", 204),
        ("viewer", "viewer", 204),
        ("admin", "owner", 403),
        ("member", "viewer", 403),
        ("viewer", "member", 403),
        ("owner", "owner", 409),
        ("owner", "stranger", 404),
    ],
)
async def test_who_may_remove_whom_or_leave(team: Team, who: str, whom: str, status: int) -> None:
    person: User = getattr(team, whom)
    await getattr(team, who).delete(place(team, person), status=status)
    assert (person.id in await roles(team)) == (status != 204 and whom != "stranger")


async def test_the_last_owner_can_neither_leave_nor_step_down(team: Team) -> None:
    assert (await team.owner.delete(place(team, team.owner), status=409))["code"] == "workspace.last_owner"
    await team.owner.patch(place(team, team.owner), {"role": "admin"}, status=409)
    await team.owner.patch(place(team, team.admin), {"role": "owner"})
    await team.owner.patch(place(team, team.owner), {"role": "admin"})
    await team.admin.delete(place(team, team.admin), status=409)


@pytest.mark.pool
async def test_two_owners_who_leave_at_once_leave_one_behind(team: Team) -> None:
    await team.owner.patch(place(team, team.admin), {"role": "owner"})
    both = (team.owner, team.admin)
    answers = await asyncio.gather(*(one.http.delete(place(team, one)) for one in both))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    stayed = both[[answer.status_code for answer in answers].index(409)]
    assert [one["role"] for one in (await members(team, stayed))["members"]].count("owner") == 1


@pytest.mark.pool
async def test_two_owners_who_remove_each_other_at_once_do_not_both_succeed(team: Team) -> None:
    await team.owner.patch(place(team, team.admin), {"role": "owner"})
    answers = await asyncio.gather(
        team.owner.http.delete(place(team, team.admin)), team.admin.http.delete(place(team, team.owner))
    )
    # Whoever came second was no longer there to see the workspace.
    assert sorted(answer.status_code for answer in answers) == [204, 404]


async def test_whoever_is_removed_sees_nothing_from_their_next_request_on(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    await team.owner.delete(place(team, team.member))
    for path in (
        f"/api/workspaces/{team.workspace_id}",
        f"/api/workspaces/{team.workspace_id}/members",
        f"/api/workspaces/{team.workspace_id}/projects",
        f"/api/projects/{project['id']}/board",
        f"/api/tasks/{task['id']}",
    ):
        assert (await team.member.http.get(path)).status_code == 404, path
    assert (await team.member.get("/api/me"))["workspaces"] == []
    left = await team.member.http.get("/api/events", params={"topic": f"workspace:{team.workspace_id}", "after": 0})
    assert left.status_code == 404


async def test_a_lower_role_holds_from_the_next_request_on(team: Team) -> None:
    project = await team.project()
    await team.member.post(f"/api/projects/{project['id']}/tasks", {"title": "Still allowed"})
    await team.admin.patch(place(team, team.member), {"role": "viewer"})
    await team.member.post(f"/api/projects/{project['id']}/tasks", {"title": "Not any more"}, status=403)


async def test_the_name_of_somebody_who_left_stays_on_what_they_did(team: Team) -> None:
    project = await team.project()
    await team.task(project, by=team.member, assignee_ids=[team.member.id])
    await team.member.delete(place(team, team.member))
    people = {one["person_id"]: one["name"] for one in (await team.board(project))["people"]}
    assert people[team.member.id] == "Member"


async def test_a_list_of_members_and_its_events_make_the_next_list(team: Team) -> None:
    before = await members(team)
    newcomer = await team.user("newcomer", role=None)
    link = await team.owner.post(f"/api/workspaces/{team.workspace_id}/invitations", {"role": "member"})
    await newcomer.post("/api/invitations/accept", {"token": link["url"].partition("#")[2]}, status=200)
    await team.owner.patch(place(team, team.viewer), {"role": "admin"})
    await team.owner.delete(place(team, team.member))
    await team.admin.patch("/api/me", {"name": "Zoë"})

    known = {one["person_id"]: one for one in before["members"]}
    topic = f"workspace:{team.workspace_id}"
    for event in await events(team, topic, after=before["revision"]):
        match event["kind"]:
            case "member.joined":
                known[event["id"]] = event["after"]
            case "member.removed":
                assert known.pop(event["id"]) == event["before"]
            case "member.changed" | "person.changed":
                assert event["before"].items() <= known[event["id"]].items()
                known[event["id"]] |= event["after"]
    after = await members(team)
    assert sorted(known.values(), key=lambda one: one["person_id"]) == sorted(
        after["members"], key=lambda one: one["person_id"]
    )
    assert after["revision"] == before["revision"] + 6  # two more are the invitation's


async def test_whose_role_changes_is_told_on_their_own_topic(team: Team) -> None:
    await team.owner.patch(place(team, team.member), {"role": "viewer"})
    await team.owner.patch(place(team, team.member), {"role": "viewer"})  # nothing new, nothing told
    await team.owner.delete(place(team, team.member))
    told = await events(team, f"person:{team.member.id}", team.member)
    assert [(e["kind"], e["before"]["role"], e["after"]["role"]) for e in told] == [
        ("access.changed", "member", "viewer"),
        ("access.changed", "viewer", None),
    ]
    assert {e["id"] for e in told} == {e["after"]["workspace_id"] for e in told} == {team.workspace_id}


async def test_a_new_name_is_told_everywhere_it_is_shown(team: Team) -> None:
    await team.owner.delete(place(team, team.member))
    me = await team.member.patch("/api/me", {"name": "Åsa"})
    assert me["name"] == "Åsa" == (await team.member.get("/api/me"))["name"]
    mine = (await events(team, f"person:{team.member.id}", team.member))[-1]
    # They have left, but their name still stands on what they did.
    theirs = (await events(team, f"workspace:{team.workspace_id}"))[-1]
    for event in (mine, theirs):
        assert (event["kind"], event["id"]) == ("person.changed", team.member.id)
        assert (event["before"], event["after"]) == ({"name": "Member"}, {"name": "Åsa"})


async def test_a_name_must_be_a_name(team: Team) -> None:
    for name in ("", "   ", "x" * 101, "a\x00b", None, 7, ["a"]):
        await team.member.patch("/api/me", {"name": name}, status=422)
    await team.member.patch("/api/me", {"name": "Fine", "is_admin": True}, status=422)
    await team.member.patch("/api/me", {"name": "Fine", "email": "other@example.org"}, status=422)


async def test_owners_make_more_workspaces_and_own_them(team: Team) -> None:
    names = ("Café Zürich", "Café Zürich", "登录", "!!!")
    made = [await team.owner.post("/api/workspaces", {"name": name}) for name in names]
    slugs = [one["slug"] for one in made]
    assert slugs[0].startswith("cafe-zurich")
    assert slugs[2].startswith("workspace")
    assert len(set(slugs)) == 4
    assert {one["role"] for one in made} == {"owner"}
    me = await team.owner.get("/api/me")
    assert {one["id"] for one in made} < {one["id"] for one in me["workspaces"]}
    told = await events(team, f"workspace:{made[0]['id']}")
    assert [e["kind"] for e in told] == ["workspace.created", "member.joined"]


@pytest.mark.parametrize("role", ["admin", "member", "viewer", "stranger"])
async def test_whoever_was_only_invited_makes_no_workspace_of_their_own(team: Team, role: str) -> None:
    refused = await getattr(team, role).post("/api/workspaces", {"name": "Mine"}, status=403)
    assert refused["code"] == "workspace.create"


async def test_viewers_make_no_projects_and_members_do(team: Team) -> None:
    path = f"/api/workspaces/{team.workspace_id}/projects"
    await team.viewer.post(path, {"name": "Mine", "key": "MINE"}, status=403)
    await team.member.post(path, {"name": "Mine", "key": "MINE"})
