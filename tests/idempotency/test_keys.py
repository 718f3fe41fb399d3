"""The same request under the same Idempotency-Key has one effect and one answer."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import func, select, text, update

from headway.accounts.session import get_me
from headway.api import ROUTERS
from headway.app import create_app
from headway.clock import new_id, now
from headway.idempotency.commands import claim, forget_answers, forget_answers_naming
from headway.idempotency.keys import Key, hands_out_a_secret
from headway.idempotency.models import KeptAnswer
from headway.routing import called_by
from headway.settings import Settings
from tests.doors import DOORS, House
from tests.factories import ORIGIN, Team, User
from tests.waiting import row_held, until_waiting


async def keyed(by: User, path: str, body: Any = None, key: str = "key", **more: Any) -> httpx2.Response:
    """The answer to a post under a key."""
    return await by.http.post(path, json=body, headers={"Idempotency-Key": key}, **more)


def told(answer: httpx2.Response) -> Any:
    """All of an answer that a client goes by, but for whether it is a replay."""
    names = ("content-type", "etag", "headway-change", "location", "content-length")
    return answer.status_code, answer.content, {name: answer.headers.get(name) for name in names}


async def everything(team: Team, project: Any) -> Any:
    """What would show that something has been written."""
    async with team.app.state.database.reading() as db:
        counts = [await db.scalar(text(f"SELECT count(*) FROM {table}")) for table in ("change_set", "kept_answer")]
    return await team.board(project), counts


async def test_the_same_request_again_gets_the_same_answer_and_does_nothing(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks"
    first = await keyed(team.member, path, {"title": "Once"})
    assert first.status_code == 201 and "idempotency-replayed" not in first.headers
    before = await everything(team, project)
    for _ in range(3):
        again = await keyed(team.member, path, {"title": "Once"})
        assert told(again) == told(first)
        assert again.headers["idempotency-replayed"] == "true"
    assert await everything(team, project) == before
    assert [task["title"] for task in before[0]["tasks"]] == ["Once"]


async def test_a_replay_is_what_was_answered_then_whatever_has_happened_since(team: Team) -> None:
    task = await team.task(await team.project(), "Then")
    first = await keyed(team.member, f"/api/tasks/{task['id']}/move", {})
    await team.owner.patch(f"/api/tasks/{task['id']}", {"version": task["version"], "title": "Now"})
    await team.owner.delete(f"/api/tasks/{task['id']}")
    again = await keyed(team.member, f"/api/tasks/{task['id']}/move", {})
    assert told(again) == told(first)
    assert again.json()["title"] == "Then"


async def test_a_key_stands_for_one_request_only(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks"
    await keyed(team.member, path, {"title": "One"})
    others = [
        await keyed(team.member, path, {"title": "Two"}),
        await keyed(team.member, f"{path}?x=1", {"title": "One"}),
        await keyed(team.member, f"/api/projects/{project['id']}/labels", {"title": "One"}),
        await keyed(team.member, f"/api/projects/{project['id']}/labels", {"name": "One"}),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in others} == {(422, "idempotency.reused")}
    assert len((await team.board(project))["tasks"]) == 1


async def test_everybody_has_keys_of_their_own(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks"
    answers = [await keyed(person, path, {"title": "Mine"}) for person in (team.owner, team.member)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] != answers[1].json()["id"]


async def test_a_replay_is_for_those_who_are_signed_in_still(team: Team) -> None:
    path = f"/api/projects/{(await team.project())['id']}/tasks"
    headers = {"Authorization": f"Bearer {(await team.member.post('/api/tokens', {'name': 'Script'}))['token']}"}
    headers["Idempotency-Key"] = "key"
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(team.app), base_url=ORIGIN) as script:
        first = await script.post(path, json={"title": "By a token"}, headers=headers)
        assert told(await keyed(team.member, path, {"title": "By a token"})) == told(first)
        (token,) = await team.member.get("/api/tokens")
        await team.member.delete(f"/api/tokens/{token['id']}")
        refused = await script.post(path, json={"title": "By a token"}, headers=headers)
    assert refused.status_code == 401


async def test_a_refused_request_leaves_its_key_free(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks"
    refused = [
        await keyed(team.viewer, path, {"title": "x"}),
        await keyed(team.member, path, {"title": ""}),
        await keyed(team.member, path, {"title": "x", "state_id": str(new_id())}),
        await keyed(team.member, f"/api/projects/{new_id()}/tasks", {"title": "x"}),
        await team.member.http.post(path, content=b"{", headers={"Idempotency-Key": "key"}),
    ]
    assert [answer.status_code for answer in refused] == [403, 422, 422, 404, 422]
    async with team.app.state.database.reading() as db:
        mine = KeptAnswer.person_id.in_([UUID(team.member.id), UUID(team.viewer.id)])
        assert await db.scalar(select(func.count()).where(mine)) == 0
    assert (await keyed(team.member, path, {"title": "Now right"})).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a" * 201, "schlüssel".encode(), b"tab\there", b"\x7f", b"a\x00"])
async def test_a_key_is_printable_ascii(team: Team, key: Any) -> None:
    path = f"/api/projects/{(await team.project())['id']}/tasks"
    answer = await team.member.http.post(path, json={"title": "x"}, headers=[(b"Idempotency-Key", as_bytes(key))])
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency.key")
    assert "1 to 200 printable ASCII" in answer.json()["detail"]


def as_bytes(key: str | bytes) -> bytes:
    return key if isinstance(key, bytes) else key.encode()


async def test_two_keys_are_one_too_many(team: Team) -> None:
    path = f"/api/projects/{(await team.project())['id']}/tasks"
    headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    answer = await team.member.http.post(path, json={"title": "x"}, headers=headers)
    assert answer.json()["code"] == "idempotency.key"


async def test_reads_and_changes_by_version_take_no_notice_of_a_key(team: Team) -> None:
    task = await team.task(await team.project())
    path, headers = f"/api/tasks/{task['id']}", {"Idempotency-Key": "key"}
    assert (await team.member.http.get(path, headers=headers)).status_code == 200
    changes = [
        await team.member.http.patch(path, json={"version": 1, "title": title}, headers=headers) for title in "ab"
    ]
    assert [answer.status_code for answer in changes] == [200, 409]
    assert (await team.member.http.delete(path, headers=headers)).status_code == 204


async def test_secrets_are_not_kept(team: Team) -> None:
    for path, body in (
        ("/api/tokens", {"name": "Script"}),
        (f"/api/workspaces/{team.workspace_id}/invitations", {"role": "member"}),
    ):
        first = await keyed(team.owner, path, body, key=path)
        again = await keyed(team.owner, path, body, key=path)
        assert (first.status_code, again.status_code) == (201, 409)
        assert again.json()["code"] == "idempotency.secret"
        assert len(await team.owner.get(path)) == 1
    async with team.app.state.database.reading() as db:
        kept = await db.scalars(select(KeptAnswer.body).where(KeptAnswer.person_id == UUID(team.owner.id)))
        assert set(kept.all()) == {None}


def test_routes_whose_answers_hold_a_secret_say_so() -> None:
    found = {
        route.name: hands_out_a_secret in called_by(route.dependant)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in (route.methods or ()) and get_me in called_by(route.dependant)
    }
    assert {name for name, secret in found.items() if secret} == {"make_token", "create_invitation"}
    assert len(found) > 8


async def test_keys_belong_to_people_so_nobody_can_use_one_before_signing_in(team: Team) -> None:
    for path in ("setup", "accounts", "sessions", "invitations/preview", "invitations/accept"):
        answer = await keyed(team.owner, f"/api/{path}", {})
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency.not_here"), path


# Whoever asks these is about to prove who they are, or proves it once more: what they show works once as it is.
PROVING = {
    "/api/sessions",
    "/api/sessions/second-factor",
    "/api/sessions/passkey",
    "/api/sessions/passkey/options",
    "/api/oidc/start",
    "/api/oidc/link",
    "/api/oidc/finish",
    "/api/me/passkeys",
    "/api/me/passkeys/options",
    "/api/me/passkeys/{passkey_id}/remove",
    "/api/me/second-factor/app",
    "/api/me/second-factor/app/confirm",
    "/api/me/second-factor/app/remove",
    "/api/me/second-factor/recovery-codes",
}


async def test_every_post_of_a_signed_in_person_declares_the_key(team: Team) -> None:
    paths = (await team.owner.get("/openapi.json"))["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            names = [parameter["name"] for parameter in operation.get("parameters", [])]
            takes = method == "post" and "401" in operation["responses"] and "/accept" not in path
            takes = takes and path not in PROVING
            assert names.count("Idempotency-Key") == takes, (method, path)


async def test_every_post_is_answered_once(team: Team) -> None:
    """Whatever it does: each kind of post is sent twice under one key."""
    house = await House.of(team)
    for name, door in DOORS.items():
        if door.method != "POST":
            continue
        path = door.address(await door.target(house), house)
        first = await keyed(team.owner, path, door.body, key=name)
        changes = await everything(team, house.project)
        again = await keyed(team.owner, path, door.body, key=name)
        assert first.status_code == door.status, (name, first.text)
        assert told(again) == told(first), name
        assert again.headers["idempotency-replayed"] == "true"
        assert await everything(team, house.project) == changes, name


@pytest.mark.parametrize("_pool", [1, pytest.param(10, marks=pytest.mark.pool)])
async def test_fifty_at_once_have_one_effect_and_one_answer(team: Team, _pool: int) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks"
    answers = await asyncio.gather(*(keyed(team.member, path, {"title": "Once"}) for _ in range(50)))
    assert len({repr(told(answer)) for answer in answers}) == 1
    assert [answer.status_code for answer in answers] == [201] * 50
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 49
    assert len((await team.board(project))["tasks"]) == 1


@pytest.mark.pool
async def test_who_comes_second_waits_and_takes_over_if_the_first_is_refused(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks"
    async with asyncio.timeout(20):
        async with row_held(team.app, "project", project["id"]):
            # Refused once it gets on: there is no such label.
            first = asyncio.create_task(keyed(team.member, path, {"title": "x", "label_ids": [str(new_id())]}))
            await until_waiting(team.app, 1)
            second = asyncio.create_task(keyed(team.member, path, {"title": "x"}))
            await until_waiting(team.app, 2)
        refused, done = await first, await second
    assert (refused.status_code, done.status_code) == (422, 201)
    assert "idempotency-replayed" not in done.headers


@pytest.mark.pool
async def test_who_comes_second_waits_and_hears_what_the_first_was_told(team: Team) -> None:
    project = await team.project()
    path = f"/api/projects/{project['id']}/tasks"
    async with asyncio.timeout(20):
        async with row_held(team.app, "project", project["id"]):
            first = asyncio.create_task(keyed(team.member, path, {"title": "x"}))
            await until_waiting(team.app, 1)
            second = asyncio.create_task(keyed(team.member, path, {"title": "x"}))
            await until_waiting(team.app, 2)
        assert told(await second) == told(await first)
    assert (await second).headers["idempotency-replayed"] == "true"


@pytest.mark.pool
async def test_who_waits_too_long_for_the_first_is_told_to_ask_again(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"lock_timeout": 0.3}))
    async with app.router.lifespan_context(app), Team.of(app) as team:
        path = f"/api/projects/{(await team.project())['id']}/tasks"
        async with app.state.database.unit_of_work() as db:
            await claim(db, UUID(team.member.id), Key("key", b"of a request that takes its time"))
            busy = await keyed(team.member, path, {"title": "x"})
        assert (busy.status_code, busy.json()["code"], busy.headers["retry-after"]) == (503, "busy", "1")


async def test_answers_are_forgotten_after_seven_days(team: Team) -> None:
    path = f"/api/projects/{(await team.project())['id']}/tasks"
    for key in "abcde":
        await keyed(team.member, path, {"title": key}, key=key)
    database, mine = team.app.state.database, KeptAnswer.person_id == UUID(team.member.id)
    async with database.unit_of_work() as db:
        await forget_answers(db)  # what other tests left
        old = (
            update(KeptAnswer).where(mine, KeptAnswer.key.in_(list("abc"))).values(created_at=now() - timedelta(days=8))
        )
        await db.execute(old)
    async with database.unit_of_work() as db:
        assert await forget_answers(db, at_most=2) == 2
    async with database.unit_of_work() as db:
        assert await forget_answers(db, at_most=2) == 1
        assert sorted(await db.scalars(select(KeptAnswer.key).where(mine))) == ["d", "e"]
    assert "idempotency-replayed" not in (await keyed(team.member, path, {"title": "a"}, key="a")).headers
    assert "idempotency-replayed" in (await keyed(team.member, path, {"title": "d"}, key="d")).headers


async def test_what_is_deleted_for_good_is_in_no_kept_answer(team: Team) -> None:
    path = f"/api/projects/{(await team.project())['id']}/tasks"
    gone, stays = [await keyed(team.member, path, {"title": title}, key=title) for title in ("Gone", "Stays")]
    async with team.app.state.database.unit_of_work() as db:
        await forget_answers_naming(db, UUID(gone.json()["id"]))
    refused = await keyed(team.member, path, {"title": "Gone"}, key="Gone")
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency.secret")
    assert told(await keyed(team.member, path, {"title": "Stays"}, key="Stays")) == told(stays)
