"""What a token may be used for: every door of the app, from its own router, with every scope."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute
from sqlalchemy import update
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from headway.accounts import scopes
from headway.accounts.models import ApiToken, Person
from headway.accounts.scopes import BROWSER_ONLY, EVERYTHING, NEEDS, NOBODYS, Scope, needed_for
from headway.accounts.session import get_me
from headway.api import ROUTERS
from headway.clock import now
from tests.accounts.conftest import client_of
from tests.factories import Team, User
from tests.live.tabs import serving

Door = APIRoute | APIWebSocketRoute
TAKE_THE_MACHINE = {"start_lab_run", "start_backup"}


def doors() -> list[Door]:
    """Every route of the API and its socket, published or not."""
    found = [route for router in ROUTERS for route in router.routes]
    assert all(isinstance(route, Door) for route in found)
    return [route for route in found if isinstance(route, Door)]


def calls(dependant: Dependant) -> Iterator[Any]:
    for below in dependant.dependencies:
        yield below.call
        yield from calls(below)


def asks_who(route: Door) -> bool:
    return get_me in set(calls(route.dependant))


def test_every_door_says_which_token_opens_it() -> None:
    named = [*BROWSER_ONLY, *NOBODYS, *(name for names in NEEDS.values() for name in names)]
    assert len(named) == len(set(named)), "each route stands in one list"
    there = [route.name for route in doors()]
    assert len(there) == len(set(there)), "two routes of one name would share an entry"
    assert [name for name in there if name not in named] == [], "put these into accounts/scopes.py"


def test_what_asks_who_somebody_is_is_not_nobodys_and_the_other_way_round() -> None:
    for route in doors():
        assert asks_who(route) <= (route.name not in NOBODYS), route.name


def test_reading_takes_only_get_and_changing_takes_more() -> None:
    for route in doors():
        if isinstance(route, APIRoute) and needed_for(route.name) is not None:
            reads = (route.methods or set()) <= {"GET", "HEAD"}
            assert reads or needed_for(route.name) is not Scope.read, route.name
            assert not reads or needed_for(route.name) is not Scope.write, route.name


async def tokens_of(user: User) -> dict[Scope, str]:
    """A token for each scope alone."""
    return {
        scope: (await user.post("/api/tokens", {"name": scope, "scopes": [scope]}))["token"] for scope in EVERYTHING
    }


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.fixture
async def boss(app: FastAPI, team: Team) -> User:
    """An admin of the server."""
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == UUID(team.owner.id)).values(is_admin=True))
    return team.owner


async def test_each_door_opens_for_its_own_scope_and_for_no_other(app: FastAPI, boss: User) -> None:
    tokens = await tokens_of(boss)
    asked = 0
    async with client_of(app) as http:
        for route in doors():
            if not isinstance(route, APIRoute) or not asks_who(route):
                continue
            path = "/api" + route.path.format(**{name: str(uuid4()) for name in route.param_convertors})
            for method, (scope, token) in product(route.methods or (), tokens.items()):
                if scope is needed_for(route.name) and route.name in TAKE_THE_MACHINE:
                    continue
                # Nothing is there under these ids, and no body is empty: who may is told before what is missing.
                body: dict[str, Any] | None = None if method == "GET" else {}
                answer = await http.request(method, path, headers=bearer(token), json=body)
                told = answer.json() if answer.headers.get("content-type", "").endswith("problem+json") else {}
                refused = told.get("code") in ("token.scope", "token.session")
                assert refused == (needed_for(route.name) is not scope), (route.name, method, scope, told)
                asked += 1
    assert asked > 200


async def test_a_body_that_is_right_does_not_open_a_door_either(team: Team, app: FastAPI, boss: User) -> None:
    task = await team.task(await team.project())
    tokens = await tokens_of(boss)
    path, change = f"/api/tasks/{task['id']}", {"version": 1, "title": "Read only?"}
    async with client_of(app) as http:
        for scope in (Scope.read, Scope.manage):
            refused = await http.patch(path, json=change, headers=bearer(tokens[scope]))
            assert (refused.status_code, refused.json()["code"]) == (403, "token.scope")
            assert refused.json()["needed"] == "write"
        assert (await http.get(path, headers=bearer(tokens[Scope.write]))).status_code == 403
        assert (await http.patch(path, json=change, headers=bearer(tokens[Scope.write]))).status_code == 200


async def test_a_route_that_nobody_has_thought_of_is_not_for_tokens(
    team: Team, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = await team.owner.post("/api/tokens", {"name": "all", "scopes": ["read", "write", "manage"]})
    monkeypatch.delitem(scopes._NEEDED, "list_workspaces")
    async with client_of(app) as http:
        refused = await http.get("/api/workspaces", headers=bearer(everything["token"]))
        assert (refused.status_code, refused.json()["code"]) == (403, "token.session")
    assert (await team.owner.http.get("/api/workspaces")).status_code == 200


async def test_without_the_scope_a_token_of_an_admin_is_nobodys_admin(app: FastAPI, boss: User) -> None:
    made = await boss.post("/api/tokens", {"name": "daily", "scopes": ["read", "write", "manage"]})
    async with client_of(app) as http:
        me = (await http.get("/api/me", headers=bearer(made["token"]))).json()
        assert me["is_admin"] is False


async def test_only_an_admin_makes_tokens_that_administer(team: Team) -> None:
    refused = await team.member.post("/api/tokens", {"name": "mine", "scopes": ["admin"]}, status=403)
    assert refused["code"] == "token.admin"


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": ["read"] * 5},
        {"expires_in_days": 0},
        {"expires_in_days": 10**9},
        {"expires_at": "2030-01-01"},
    ],
)
async def test_a_token_for_nothing_or_for_ever_and_a_day_is_refused(team: Team, wrong: dict[str, Any]) -> None:
    await team.member.post("/api/tokens", {"name": "x", **wrong}, status=422)


async def test_a_token_ends_when_it_says(app: FastAPI, team: Team) -> None:
    made = await team.member.post("/api/tokens", {"name": "guest", "expires_in_days": 30})
    left = (await team.member.get("/api/tokens"))[0]
    assert left["scopes"] == ["read", "write"]
    assert left["expires_at"] == made["expires_at"] is not None
    async with client_of(app) as http:
        assert (await http.get("/api/me", headers=bearer(made["token"]))).status_code == 200
        async with app.state.database.unit_of_work() as db:
            ended = now() - timedelta(seconds=1)
            await db.execute(update(ApiToken).where(ApiToken.id == UUID(made["id"])).values(expires_at=ended))
        refused = await http.get("/api/me", headers=bearer(made["token"]))
    assert (refused.status_code, refused.json()["code"]) == (401, "token.expired")
    assert len(await team.member.get("/api/tokens")) == 1  # listed, so that its owner sees why


async def close_code(address: str, token: str) -> int | None:
    """How a socket ends that a token opens; None where it says hello."""
    async with connect(f"ws://{address}/api/live", additional_headers=bearer(token), proxy=None) as socket:
        try:
            await socket.recv()
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code
        return None


async def test_sockets_and_streams_are_reading(app: FastAPI, team: Team) -> None:
    tokens = {
        scope: (await team.member.post("/api/tokens", {"name": scope, "scopes": [scope]}))["token"]
        for scope in (Scope.read, Scope.write, Scope.manage)
    }
    async with serving(app) as address:
        assert [await close_code(address, token) for token in tokens.values()] == [None, 4403, 4403]
    async with client_of(app) as http:
        topic = {"topic": f"workspace:{team.workspace_id}"}
        for scope, token in tokens.items():
            answer = await http.get("/api/events", params=topic, headers=bearer(token) | {"accept": "application/json"})
            assert answer.status_code == (200 if scope is Scope.read else 403)


async def test_a_thousand_wrong_tokens_are_soon_told_to_wait_and_a_right_one_still_works(
    app: FastAPI, team: Team
) -> None:
    made = (await team.member.post("/api/tokens", {"name": "right"}))["token"]
    async with AsyncExitStack() as stack:
        http: httpx2.AsyncClient = await stack.enter_async_context(client_of(app))
        statuses = [
            (await http.get("/api/me", headers=bearer(f"hw_{number:043}"))).status_code for number in range(105)
        ]
        assert statuses[:100] == [401] * 100
        assert set(statuses[100:]) == {429}
        waiting = await http.get("/api/me", headers=bearer("hw_wrong"))
        assert waiting.json()["code"] == "address.tries"
        assert 0 < int(waiting.headers["retry-after"]) <= 9
        assert (await http.get("/api/me", headers=bearer(made))).status_code == 200
