"""What every answer of every route carries, whatever comes of it; and each cookie that is ever set."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from http.cookies import Morsel, SimpleCookie
from itertools import product
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import update

from headway.accounts.models import Person
from headway.accounts.session import COOKIE
from headway.api import ROUTERS
from tests.accounts.conftest import HASH, PASSWORD, client_of, open_server, somebody
from tests.factories import Team, User

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
# These take the machine, or stream for as long as somebody listens.
LEFT_OUT = {"start_lab_run", "start_backup", "stream_lab_run"}
__all__ = ["open_server", "somebody"]


def routes() -> list[APIRoute]:
    found = [route for router in ROUTERS for route in router.routes]
    return [route for route in found if isinstance(route, APIRoute) and route.name not in LEFT_OUT]


def is_safe(answer: httpx2.Response) -> None:
    about = (answer.request.method, str(answer.url), answer.status_code)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, about
    assert "server" not in answer.headers, about
    policy = answer.headers.get("content-security-policy", "")
    if answer.url.path.startswith("/api"):
        assert answer.headers["cache-control"] == "no-store", about
        assert "default-src 'none'" in policy, about
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert "script-src" in policy or "default-src 'none'" in policy, about
        assert "unsafe-eval" not in policy, about
        assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0], about


async def test_every_route_answers_with_them_whoever_asks(app: FastAPI, team: Team) -> None:
    async with client_of(app) as nobody:
        for route, http in product(routes(), (nobody, team.owner.http)):
            path = "/api" + route.path.format(**{name: str(uuid4()) for name in route.param_convertors})
            for method in route.methods or ():
                if http is not nobody and route.name == "sign_out":
                    continue
                is_safe(await http.request(method, path, json=None if method == "GET" else {}))


async def test_refusals_of_the_layers_around_the_routes_carry_them_too(app: FastAPI, team: Team) -> None:
    http = team.owner.http
    for answer in (
        await http.get("/api/nope"),
        await http.put("/api/me/nope"),
        await http.get("/api/me", headers={"host": "elsewhere.example"}),
        await http.post("/api/tokens", json={}, headers={"origin": "https://elsewhere.example"}),
        await http.post("/api/tokens", content=b"x" * 3_000_000),
        await http.get("/"),
        await http.get("/w/some/p/page"),
        await http.get("/assets/nope.js"),
        await http.get("/openapi.json"),
        await http.get("/health"),
    ):
        is_safe(answer)


def cookies(answer: httpx2.Response) -> list[Morsel[str]]:
    return [morsel for line in answer.headers.get_list("set-cookie") for morsel in SimpleCookie(line).values()]


@pytest.fixture
async def over_https(open_server: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(open_server, "https://tasks.example.org") as client:
        yield client


async def test_no_script_reads_a_session_and_no_foreign_page_sends_it(
    over_https: httpx2.AsyncClient, app: FastAPI, somebody: User
) -> None:
    account = {"name": "New", "email": f"{uuid4()}@example.org", "password": PASSWORD}
    credentials = {"email": somebody.email, "password": PASSWORD}
    async with AsyncExitStack() as stack:
        plain = await stack.enter_async_context(client_of(app))
        for http, secure in ((over_https, True), (plain, False)):
            answers = [await http.post("/api/sessions", json=credentials)]
            if secure:
                answers.append(await http.post("/api/accounts", json=account))
            answers.append(await http.delete("/api/sessions/current"))
            for answer in answers:
                assert answer.status_code < 300, answer.text
                (cookie,) = cookies(answer)
                assert cookie.key == COOKIE
                assert (bool(cookie["httponly"]), cookie["samesite"].lower(), cookie["path"]) == (True, "lax", "/")
                assert bool(cookie["secure"]) is secure
                assert not cookie["domain"]  # this host alone, none beside or below it


async def test_nothing_but_signing_in_and_out_sets_a_cookie(app: FastAPI, team: Team) -> None:
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == UUID(team.owner.id)).values(password_hash=HASH))
    for path in ("/", "/api/me", "/api/setup", "/api/workspaces", "/health"):
        assert cookies(await team.owner.http.get(path)) == []
    wrong = await team.owner.http.post("/api/sessions", json={"email": team.owner.email, "password": "not it"})
    assert (wrong.status_code, cookies(wrong)) == (401, [])
