"""Who may: every door of projects, tasks, comments and search, for everybody there is."""

from typing import Any
from uuid import uuid4

import httpx2

from headway.comments.routes import router as comments
from headway.history.routes import router as history
from headway.history.undo_routes import router as undo
from headway.live.routes import router as live
from headway.projects.routes import router as projects
from headway.search.routes import router as search
from headway.tasks.access_routes import router as access
from headway.tasks.bulk_routes import router as bulk
from headway.tasks.routes import router as tasks
from headway.trash.routes import router as trash
from tests.doors import DOORS, OF_WORKSPACES, ROLES, House
from tests.factories import ORIGIN, Team

OF_TOPICS = {"live", "list_events"}  # their permissions are tested in tests/live


def test_every_route_has_its_door() -> None:
    routers = projects, tasks, access, bulk, comments, search, history, undo, trash, live
    routes = {getattr(route, "name", "") for router in routers for route in router.routes}
    assert routes - OF_TOPICS == DOORS.keys() | OF_WORKSPACES.keys()


async def test_every_door_opens_for_those_who_may_and_for_nobody_else(team: Team) -> None:
    house = await House.of(team)
    wrong: list[Any] = []
    for name, door in DOORS.items():
        target = await door.target(house)
        for role in ROLES:
            may = door.least in ROLES and ROLES.index(role) >= ROLES.index(door.least)
            answer = await door.knock(house.people[role], target, house)
            expected = door.status if may else 403
            if answer.status_code != expected:
                wrong.append((name, role, expected, answer.status_code, answer.text))
            if may:
                target = await door.target(house)
    assert not wrong


async def test_what_is_not_yours_to_see_answers_like_what_is_not_there(team: Team) -> None:
    house = await House.of(team)
    wrong: list[Any] = []
    for name, door in DOORS.items():
        target = await door.target(house)
        before = await house.revision()
        missing = await door.knock(house.team.owner, str(uuid4()), house)
        assert missing.status_code == 404, (name, missing.text)
        # The stranger is of another workspace, the outsider of this one, the admin of all its open projects.
        for person in (team.stranger, house.outsider, team.admin, team.viewer):
            answer = await door.knock(person, target, house)
            if (answer.status_code, answer.content) != (404, missing.content):
                wrong.append((name, person.name, answer.status_code, answer.text))
        assert await house.revision() == before, name
    assert not wrong


async def test_nobody_gets_in_without_signing_in(team: Team) -> None:
    house = await House.of(team)
    target = await house.project_id()
    transport = httpx2.ASGITransport(team.app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as anybody:
        for name, door in DOORS.items():
            answer = await anybody.request(door.method, door.address(target, house), json=door.body)
            assert (answer.status_code, answer.json()["code"]) == (401, "signed_out"), name
        for name, (method, path, body) in OF_WORKSPACES.items():
            answer = await anybody.request(method, "/api" + path.format(id=team.workspace_id), json=body)
            assert (answer.status_code, answer.json()["code"]) == (401, "signed_out"), name


async def test_a_workspace_shows_of_a_private_project_nothing_to_who_is_not_in_it(team: Team) -> None:
    project = await team.project(visibility="private", key="HW")
    task = await team.task(project, "secret plan", assignee_ids=[team.owner.id])
    await team.owner.post(f"/api/tasks/{task['id']}/comments", {"body": "secret word"})
    base = f"/api/workspaces/{team.workspace_id}"
    for person, sees in ((team.owner, True), (team.admin, False), (team.member, False), (team.viewer, False)):
        assert len((await person.get(f"{base}/projects"))["projects"]) == sees
        assert len((await person.get(f"{base}/search", q="secret"))["items"]) == sees
        assert len((await person.get(f"{base}/search", q="HW-1"))["items"]) == sees
        work = await person.get(f"{base}/my-work")
        assert (len(work["items"]), len(work["revisions"])) == (sees, sees)
        assert (await person.http.get(f"{base}/tasks/HW-1")).status_code == (200 if sees else 404)
        assert (await person.http.get(f"{base}/tasks/HW-2")).status_code == 404


async def test_a_workspace_of_others_answers_like_one_that_is_not_there(team: Team) -> None:
    for name, (method, path, body) in OF_WORKSPACES.items():
        there = await team.stranger.http.request(method, "/api" + path.format(id=team.workspace_id), json=body)
        missing = await team.owner.http.request(method, "/api" + path.format(id=uuid4()), json=body)
        assert (there.status_code, there.content) == (404, missing.content), name


async def test_what_a_workspace_role_gives_in_an_open_project(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    gives = {"owner": "admin", "admin": "admin", "member": "member", "viewer": "viewer"}
    for name, role in gives.items():
        person = getattr(team, name)
        assert (await person.get(f"/api/projects/{project['id']}"))["role"] == role
        for body, right in (({"body": "Hello"}, "comments"), ({}, "move")):
            answer = await person.http.post(f"/api/tasks/{task['id']}/{right}", json=body)
            assert (answer.status_code < 300) == (role != "viewer"), (name, right)
        answer = await person.http.patch(f"/api/projects/{project['id']}", json={"name": "New"})
        assert (answer.status_code == 428) == (role == "admin"), name


async def test_workspace_viewers_never_write_whatever_a_project_calls_them(team: Team) -> None:
    project = await team.project(visibility="private")
    await team.owner.put(f"/api/projects/{project['id']}/members/{team.viewer.id}", {"role": "admin"})
    assert (await team.viewer.get(f"/api/projects/{project['id']}"))["role"] == "viewer"
    await team.viewer.post(f"/api/projects/{project['id']}/tasks", {"title": "New"}, 403)


async def test_workspace_viewers_cannot_make_projects(team: Team) -> None:
    body = {"name": "New", "key": "NEW"}
    assert (await team.viewer.post(f"/api/workspaces/{team.workspace_id}/projects", body, 403))["code"] == (
        "role.create_project"
    )
    assert (await team.member.post(f"/api/workspaces/{team.workspace_id}/projects", body))["role"] == "admin"


async def test_a_demotion_holds_from_the_next_request_on(team: Team) -> None:
    house = await House.of(team)
    person, path = house.people["member"], f"/api/projects/{house.project['id']}"
    task = await house.task()
    await person.post(f"/api/tasks/{task}/move", {}, 200)
    await team.owner.put(f"{path}/members/{person.id}", {"role": "commenter"})
    await person.post(f"/api/tasks/{task}/move", {}, 403)
    await person.post(f"/api/tasks/{task}/comments", {"body": "Hello"})
    await team.owner.put(f"{path}/members/{person.id}", {"role": "viewer"})
    await person.post(f"/api/tasks/{task}/comments", {"body": "Hello"}, 403)
    await team.owner.delete(f"{path}/members/{person.id}")
    assert (await person.http.get(path)).status_code == 404
    assert (await person.http.get(f"/api/tasks/{task}")).status_code == 404


async def test_closing_an_open_project_shuts_out_all_but_its_members_and_the_owners(team: Team) -> None:
    project = await team.project(by=team.member)
    await team.member.patch(f"/api/projects/{project['id']}", {"version": 1, "visibility": "private"})
    statuses = {
        name: (await getattr(team, name).http.get(f"/api/projects/{project['id']}")).status_code
        for name in ("owner", "admin", "member", "viewer")
    }
    assert statuses == {"owner": 200, "admin": 404, "member": 200, "viewer": 404}


async def test_anybody_may_leave_a_project_by_themselves(team: Team) -> None:
    house = await House.of(team)
    for role in ROLES:
        await house.people[role].delete(f"/api/projects/{house.project['id']}/members/{house.people[role].id}")
    assert [m["person_id"] for m in await team.owner.get(f"/api/projects/{house.project['id']}/members")] == [
        team.owner.id
    ]


async def test_only_people_of_the_workspace_get_a_role_in_a_project(team: Team) -> None:
    project = await team.project()
    answers = [
        await team.owner.http.put(f"/api/projects/{project['id']}/members/{person}", json={"role": "viewer"})
        for person in (team.stranger.id, str(uuid4()))
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


async def test_only_the_author_changes_a_comment_and_admins_may_take_it_back(team: Team) -> None:
    house = await House.of(team)
    author = house.people["commenter"]
    comment = await house.comment(author)
    for role in ("member", "admin"):
        refused = await house.people[role].patch(f"/api/comments/{comment}", {"version": 1, "body": "x"}, 403)
        assert refused["code"] == "comment.not_yours"
    await house.people["member"].delete(f"/api/comments/{comment}", 403)
    await author.patch(f"/api/comments/{comment}", {"version": 1, "body": "New"})
    await house.people["admin"].delete(f"/api/comments/{comment}")
    await author.delete(f"/api/comments/{comment}", 404)


async def test_an_author_who_may_no_longer_comment_cannot_change_what_they_said(team: Team) -> None:
    house = await House.of(team)
    author = house.people["commenter"]
    comment = await house.comment(author)
    await team.owner.put(f"/api/projects/{house.project['id']}/members/{author.id}", {"role": "viewer"})
    await author.patch(f"/api/comments/{comment}", {"version": 1, "body": "New"}, 403)
    await author.delete(f"/api/comments/{comment}", 403)


async def test_everything_in_a_deleted_project_is_gone(team: Team) -> None:
    house = await House.of(team)
    targets = {name: await door.target(house) for name, door in DOORS.items()}
    await team.owner.delete(f"/api/projects/{house.project['id']}")
    for name, door in DOORS.items():
        if door.target not in (House.spare_project, House.deleted_project):
            answer = await door.knock(team.owner, targets[name], house)
            assert answer.status_code == 404, name


async def test_who_leaves_and_is_invited_again_comes_back_without_the_roles_they_had(team: Team) -> None:
    project = await team.project(visibility="private")
    await team.owner.put(f"/api/projects/{project['id']}/members/{team.member.id}", {"role": "admin"})
    await team.member.get(f"/api/projects/{project['id']}")
    await team.owner.delete(f"/api/workspaces/{team.workspace_id}/members/{team.member.id}")
    link = await team.owner.post(f"/api/workspaces/{team.workspace_id}/invitations", {"role": "member"})
    await team.member.post("/api/invitations/accept", {"token": link["url"].partition("#")[2]}, status=200)

    await team.member.get(f"/api/workspaces/{team.workspace_id}")
    assert (await team.member.http.get(f"/api/projects/{project['id']}")).status_code == 404
    members = await team.owner.get(f"/api/projects/{project['id']}/members")
    assert team.member.id not in {one["person_id"] for one in members}
    await team.owner.put(f"/api/projects/{project['id']}/members/{team.member.id}", {"role": "viewer"})
    assert (await team.member.get(f"/api/projects/{project['id']}"))["role"] == "viewer"
