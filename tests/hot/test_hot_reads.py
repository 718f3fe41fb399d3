"""Hot reads through the API: never older than the last acknowledged write, never told to who may not know."""

import asyncio
import random
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from headway.accounts.models import Person, SignIn
from headway.accounts.secrets import new_secret
from headway.accounts.session import COOKIE
from headway.clock import now
from headway.hot import statements
from headway.hot.kept import Kept
from tests.accounts.conftest import client_of
from tests.factories import Team, User

ANYTHING: Any = {"if-match": "*"}


def paths(project: Any, tasks: list[Any], label: str, person: User) -> list[str]:
    pages = (
        "", "?limit=3", "?sort=-updated", "?sort=due&limit=2", "?priority=2", "?q=mend", f"?label_id={label}",
        f"?assignee_id={person.id}", "?category=done",
    )  # fmt: skip
    return [
        f"/api/projects/{project['id']}/board",
        *(f"/api/projects/{project['id']}/tasks{page}" for page in pages),
        *(f"/api/tasks/{task['id']}" for task in tasks),
    ]


async def without(user: User, path: str) -> Any:
    """The answer of the route itself: a cookie that is there twice is nothing for the layer."""
    return await user.http.get(path, headers={"cookie": f"{COOKIE}={user.cookie}; {COOKIE}={user.cookie}"})


async def some_write(
    dice: random.Random, by: User, project: Any, tasks: list[Any], states: list[Any], labels: Any
) -> None:
    task = dice.choice(tasks)
    path = f"/api/tasks/{task['id']}"
    match dice.randrange(9):
        case 0:
            await by.patch(path, {"title": f"Mend {dice.random()}"}, 200, **ANYTHING)
        case 1:
            await by.post(f"{path}/move", {"state_id": dice.choice(states)["id"]}, 200)
        case 2:
            tasks.append(await by.post(f"/api/projects/{project['id']}/tasks", {"title": "mend", "priority": 2}))
        case 3:
            await by.delete(path)
            await by.post(f"{path}/restore", None, 200)
        case 4:
            await by.patch(path, {"labels": {"add": labels}, "assignees": {"add": [by.id]}}, 200, **ANYTHING)
        case 5:
            await by.patch(path, {"labels": {"remove": labels}, "assignees": {"remove": [by.id]}}, 200, **ANYTHING)
        case 6:
            now_there = await by.get(f"/api/projects/{project['id']}")
            name = {"name": f"Name {dice.random()}", "version": now_there["version"]}
            await by.patch(f"/api/projects/{project['id']}", name)
        case 7:
            await by.patch("/api/me", {"name": f"Name {dice.random()}"})
        case _:
            name = {"name": f"Label {dice.random()}"}
            await by.post(f"/api/projects/{project['id']}/labels", name)


async def test_whatever_is_written_every_answer_is_that_of_the_route(team: Team) -> None:
    dice = random.Random(6)
    project = await team.project()
    states = (await team.board(project))["states"]
    label = (await team.owner.post(f"/api/projects/{project['id']}/labels", {"name": "bug"}))["id"]
    tasks = [await team.task(project, f"Mend {n}", due_on=f"2027-01-0{n + 1}") for n in range(5)]
    readers = [team.owner, team.member, team.viewer]
    for _ in range(40):
        by = dice.choice([team.owner, team.owner, team.admin])
        await some_write(dice, by, project, tasks, states, [label])
        asked = paths(project, tasks, label, team.owner)
        for path in dice.sample(asked, 6):
            reader = dice.choice(readers)
            for _ in range(2):
                kept, plain = await reader.http.get(path), await without(reader, path)
                assert (kept.status_code, kept.json()) == (200, plain.json()), path
                assert kept.headers["etag"] == plain.headers["etag"]
    figures = team.app.state.kept.figures()
    assert figures["used"] > 20
    assert figures["built"] > 20


async def test_parameters_of_the_route_are_its_own_however_they_are_spelled(team: Team) -> None:
    project = await team.project()
    task = await team.task(project, "Sails")
    revision = (await team.board(project))["revision"]
    await team.owner.patch(f"/api/tasks/{task['id']}", {"title": "Sheets"}, **ANYTHING)
    for path in ("board", "tasks"):
        for name in ("as_of", "%61s_of", "as%5Fof"):
            then = await team.owner.http.get(f"/api/projects/{project['id']}/{path}?{name}={revision}")
            tasks = then.json()["tasks" if path == "board" else "items"]
            assert [one["title"] for one in tasks] == ["Sails"]
    for query, code in (("per_state=2", "per_state"), ("per%5Fstate=2", "per_state")):
        refused = await team.owner.http.get(f"/api/projects/{project['id']}/board?{query}")
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    for query in ("limit=0", "limit=x", "priority=", "cursor=x", "q=" + "x" * 201, "state_id=1", "sort=x", "q=%00"):
        quick = await team.owner.http.get(f"/api/projects/{project['id']}/tasks?{query}")
        assert (quick.status_code, quick.json()) == (
            422, (await without(team.owner, f"/api/projects/{project['id']}/tasks?{query}")).json(),
        )  # fmt: skip


@pytest.mark.pool
async def test_nobody_reads_less_than_was_acknowledged_before_they_asked(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks?sort=number&limit=200"
    acknowledged, over = 0, False

    async def write(by: User) -> None:
        nonlocal acknowledged
        for n in range(25):
            await team.task(project, f"{by.name} {n}", by=by)
            acknowledged += 1
            mine = await by.get(path)
            assert sum(task["title"].startswith(by.name) for task in mine["items"]) == n + 1

    async def read(by: User) -> None:
        while not over:
            before = acknowledged
            assert len((await by.get(path))["items"]) >= before

    readers = [asyncio.create_task(read(by)) for by in [team.owner, team.viewer, team.member] * 3]
    await asyncio.gather(write(team.owner), write(team.member), write(team.admin))
    over = True
    await asyncio.gather(*readers)


@pytest.mark.pool
async def test_many_who_ask_at_once_have_one_page_built(team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    kept: Kept = team.app.state.kept
    before = kept.built_total
    answers = await asyncio.gather(*(team.member.get(f"/api/projects/{project['id']}/tasks") for _ in range(30)))
    assert kept.built_total - before == 1
    assert {page["items"][0]["id"] for page in answers} == {task["id"]}
    ones = await asyncio.gather(*(team.member.get(f"/api/tasks/{task['id']}") for _ in range(30)))
    assert all(one["version"] == 1 for one in ones)


async def test_an_etag_saves_the_body_until_something_happens(team: Team) -> None:
    project = await team.project()
    await team.task(project)
    for path in (f"/api/projects/{project['id']}/tasks", f"/api/projects/{project['id']}/board"):
        first = await team.owner.http.get(path)
        tag = first.headers["etag"]
        again = await team.owner.http.get(path, headers={"if-none-match": f'W/"0", {tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        await team.task(project)
        changed = await team.owner.http.get(path, headers={"if-none-match": tag})
        assert changed.status_code == 200
        assert changed.headers["etag"] != tag


async def test_packed_for_who_takes_it_and_plain_for_who_does_not(team: Team) -> None:
    project = await team.project()
    for n in range(10):
        await team.task(project, f"Task {n}")
    path = f"/api/projects/{project['id']}/board"
    for _ in range(2):
        packed = await team.owner.http.get(path, headers={"accept-encoding": "gzip"})
        plain = await team.owner.http.get(path, headers={"accept-encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.json() == plain.json()
        assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
        assert plain.headers["cache-control"] == "no-store"
        assert plain.headers["x-request-id"]


async def test_each_role_has_a_board_of_its_own(team: Team) -> None:
    project = await team.project()
    for _ in range(2):
        roles = {
            name: (await team.board(project, getattr(team, name)))["project"]["role"] for name in ("owner", "viewer")
        }
        assert roles == {"owner": "admin", "viewer": "viewer"}


async def all_of(user: User, project: Any, task: Any) -> list[int]:
    asked = (f"/api/projects/{project['id']}/board", f"/api/projects/{project['id']}/tasks", f"/api/tasks/{task['id']}")
    return [(await user.http.get(path)).status_code for path in asked]


async def test_who_is_not_let_in_any_more_is_told_so_by_the_next_answer(app: FastAPI, team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    assert await all_of(team.member, project, task) == [200] * 3
    assert await all_of(team.stranger, project, task) == [404] * 3
    assert (await team.stranger.http.get(f"/api/tasks/{task['id']}")).json()["code"] == "task.not_found"
    await team.owner.delete(f"/api/workspaces/{team.workspace_id}/members/{team.member.id}")
    assert await all_of(team.member, project, task) == [404] * 3
    for change in (
        update(Person).where(Person.id == UUID(team.viewer.id)).values(suspended_at=now()),
        update(SignIn).where(SignIn.person_id == UUID(team.admin.id)).values(expires_at=now() - timedelta(seconds=1)),
    ):
        async with app.state.database.unit_of_work() as db:
            await db.execute(change)
    assert await all_of(team.viewer, project, task) == [401] * 3
    assert await all_of(team.admin, project, task) == [401] * 3
    async with client_of(app) as nobody:
        nobody.cookies.set(COOKIE, new_secret())
        assert (await nobody.get(f"/api/tasks/{task['id']}")).status_code == 401


async def test_who_is_restricted_between_two_looks_sees_only_what_is_theirs(team: Team) -> None:
    project = await team.project()
    tasks = [await team.task(project, f"Task {n}") for n in range(2)]
    await team.task(project, "Theirs", assignee_ids=[team.member.id])
    page = f"/api/projects/{project['id']}/tasks"
    assert len((await team.member.get(page))["items"]) == 3
    place = f"/api/projects/{project['id']}/members/{team.member.id}"
    await team.owner.put(place, {"role": "member", "only_assigned": True})
    for _ in range(2):
        assert [task["title"] for task in (await team.member.get(page))["items"]] == ["Theirs"]
        assert len((await team.board(project, team.member))["tasks"]) == 1
        assert (await team.member.http.get(f"/api/tasks/{tasks[0]['id']}")).status_code == 404
        assert len((await team.owner.get(page))["items"]) == 3


async def test_a_token_opens_what_it_was_made_for(app: FastAPI, team: Team) -> None:
    project = await team.project()
    task = await team.task(project)
    path = f"/api/tasks/{task['id']}"
    made = {
        scope: await team.owner.post("/api/tokens", {"name": scope, "scopes": [scope]}) for scope in ("read", "manage")
    }
    async with client_of(app) as script:
        # Used for what it may do, so that it was noted down lately.
        script.headers["authorization"] = f"Bearer {made['manage']['token']}"
        assert (await script.get(f"/api/workspaces/{team.workspace_id}/invitations")).status_code == 200
        for _ in range(2):
            script.headers["authorization"] = f"Bearer {made['read']['token']}"
            assert (await script.get(path)).status_code == 200
            script.headers["authorization"] = f"Bearer {made['manage']['token']}"
            assert (await script.get(path)).json()["code"] == "token.scope"
            # A session's secret is no token, nor the other way round.
            script.headers["authorization"] = f"Bearer {team.owner.cookie}"
            assert (await script.get(path)).status_code == 401
        script.headers["authorization"] = f"Bearer {made['read']['token']}"
        await team.owner.delete(f"/api/tokens/{made['read']['id']}")
        assert (await script.get(path)).status_code == 401
        del script.headers["authorization"]
        script.cookies.set(COOKIE, made["manage"]["token"])
        assert (await script.get(path)).status_code == 401


async def test_a_session_seen_long_ago_is_seen_again(app: FastAPI, team: Team) -> None:
    project = await team.project()
    await team.board(project)
    long_ago = now() - timedelta(hours=1)
    mine = SignIn.person_id == UUID(team.owner.id)
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(SignIn).where(mine).values(last_seen_at=long_ago))
    await team.board(project)
    async with app.state.database.reading() as db:
        seen = await db.scalar(select(SignIn.last_seen_at).where(mine))
    assert seen > long_ago + timedelta(minutes=30)


async def test_pages_of_the_past_and_wrong_ones_are_the_routes(team: Team) -> None:
    project = await team.project()
    await team.task(project)
    path = f"/api/projects/{project['id']}/tasks"
    revision = (await team.owner.get(path))["revision"]
    await team.task(project)
    for _ in range(2):
        assert len((await team.owner.get(f"{path}?as_of={revision}"))["items"]) == 1
        assert (await team.owner.http.get(f"{path}?limit=0")).status_code == 422
        assert (await team.owner.http.get(f"{path}?as_of=never")).status_code == 422


async def test_a_look_up_that_the_database_lets_down_is_the_routes_to_tell(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = await team.project()
    task = await team.task(project)

    async def broken(*_: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(statements, "look_up", broken)
    assert (await team.owner.get(f"/api/tasks/{task['id']}"))["id"] == task["id"]
    assert len((await team.board(project))["tasks"]) == 1


async def test_nobody_who_looks_waits_for_those_who_write(app: FastAPI, team: Team) -> None:
    project = await team.project()
    paths = [f"/api/tasks/{(await team.task(project))['id']}", f"/api/projects/{project['id']}/tasks"]
    seen = [await team.viewer.get(path) for path in paths]
    async with AsyncExitStack() as writers:
        for _ in range(app.state.settings.pool_size):
            db = await writers.enter_async_context(app.state.database.unit_of_work())
            await db.execute(text("SELECT 1"))
        async with asyncio.timeout(5):
            assert [await team.viewer.get(path) for path in paths] == seen
