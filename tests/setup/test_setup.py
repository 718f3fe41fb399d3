"""The first visit: the owner's account, made once, by whoever may."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from headway.accounts.models import Instance
from headway.accounts.secrets import hashed
from headway.app import create_app
from headway.settings import Settings
from tests.accounts.conftest import client_of
from tests.databases import empty_database

LINK = "the-secret-behind-the-hash"


@pytest.fixture
def unclaimed(database_url: str) -> Iterator[str]:
    with empty_database(database_url) as url:
        yield url


@pytest.fixture
async def server(unclaimed: str, request: pytest.FixtureRequest) -> AsyncIterator[FastAPI]:
    pool = 5 if request.node.get_closest_marker("pool") else 1
    app = create_app(Settings(database_url=unclaimed, pool_size=pool, sign_up="open"))
    async with app.router.lifespan_context(app):
        yield app
        assert app.state.database.opened == app.state.database.closed


@pytest.fixture
async def visitor(server: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(server) as client:
        yield client


def owner(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Mina",
        "email": "mina@example.org",
        "password": "long enough to do",
        "workspace": "Tandem",
        "project": {"name": "First light", "key": "fl"},
        "examples": True,
        "link": None,
        **fields,
    }


async def ask_for_link(app: FastAPI) -> None:
    """As the console does on any address but loopback."""
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Instance).values(setup_token_hash=hashed(LINK)))


async def test_the_first_visitor_becomes_the_owner_with_a_project_that_explains_itself(
    visitor: httpx2.AsyncClient,
) -> None:
    assert (await visitor.get("/api/setup")).json() == {
        "needs_setup": True,
        "needs_link": False,
        "sign_up": "open",
        "demo": False,
        "mail": False,
    }
    made = await visitor.post("/api/setup", json=owner())
    assert made.status_code == 201, made.text
    me = made.json()
    assert (me["name"], me["is_admin"]) == ("Mina", True)
    (workspace,) = me["workspaces"]
    assert (workspace["name"], workspace["slug"], workspace["role"]) == ("Tandem", "tandem", "owner")
    assert (await visitor.get("/api/me")).json() == me
    (project,) = (await visitor.get(f"/api/workspaces/{workspace['id']}/projects")).json()["projects"]
    assert (project["key"], project["role"]) == ("FL", "admin")
    board = (await visitor.get(f"/api/projects/{project['id']}/board")).json()
    assert [task["human_id"] for task in board["tasks"]] == ["FL-1", "FL-2", "FL-3"]
    told = (await visitor.get("/api/events", params={"topic": f"project:{project['id']}", "after": 0})).json()
    assert [e["kind"] for e in told["events"]] == ["project.created"] + ["state.created"] * 5 + ["task.created"] * 3
    assert {(e["by"], e["means"]) for e in told["events"]} == {(me["id"], "web")}
    assert (await visitor.get("/api/setup")).json()["needs_setup"] is False


async def test_project_and_examples_can_be_left_out(visitor: httpx2.AsyncClient) -> None:
    made = await visitor.post("/api/setup", json=owner(project=None))
    assert made.status_code == 201
    workspace = made.json()["workspaces"][0]["id"]
    assert (await visitor.get(f"/api/workspaces/{workspace}/projects")).json()["projects"] == []


async def test_a_project_without_examples_is_empty(visitor: httpx2.AsyncClient) -> None:
    made = await visitor.post("/api/setup", json=owner(examples=False))
    workspace = made.json()["workspaces"][0]["id"]
    (project,) = (await visitor.get(f"/api/workspaces/{workspace}/projects")).json()["projects"]
    assert (await visitor.get(f"/api/projects/{project['id']}/board")).json()["tasks"] == []


async def test_it_works_once(server: FastAPI, visitor: httpx2.AsyncClient) -> None:
    await visitor.post("/api/setup", json=owner())
    async with client_of(server) as late:
        refused = await late.post("/api/setup", json=owner(email="late@example.org"))
        assert (refused.status_code, refused.json()["code"]) == (409, "setup.done")
        assert "set-cookie" not in refused.headers


@pytest.mark.pool
async def test_of_several_who_claim_it_at_once_one_gets_it(server: FastAPI) -> None:
    async with client_of(server) as client:
        claims = (client.post("/api/setup", json=owner(email=f"p{n}@example.org")) for n in range(5))
        answers = await asyncio.gather(*claims)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_away_from_loopback_it_takes_the_link_from_the_console(
    server: FastAPI, visitor: httpx2.AsyncClient
) -> None:
    await ask_for_link(server)
    assert (await visitor.get("/api/setup")).json()["needs_link"] is True
    for wrong in (None, "x", LINK + "x", LINK[:-1]):
        refused = await visitor.post("/api/setup", json=owner(link=wrong))
        assert (refused.status_code, refused.json()["code"]) == (403, "setup.link")
    assert (await visitor.post("/api/setup", json=owner(link=LINK))).status_code == 201
    assert (await visitor.get("/api/setup")).json()["needs_link"] is False
    used = await visitor.post("/api/setup", json=owner(link=LINK, email="again@example.org"))
    assert used.status_code == 409


async def test_nobody_signs_up_before_there_is_an_owner(visitor: httpx2.AsyncClient) -> None:
    body = {"name": "Early", "email": "early@example.org", "password": "long enough to do"}
    refused = await visitor.post("/api/accounts", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "setup.first")
    assert (await visitor.get("/api/setup")).json()["needs_setup"] is True


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("email", "nobody"),
        ("password", "short"),
        ("workspace", " "),
        ("project", {"name": "", "key": "FL"}),
        ("project", {"name": "First", "key": "not a key"}),
        ("project", {"name": "First", "key": "FL", "visibility": "private"}),
        ("link", "a\x00"),
        ("is_admin", False),
    ],
)
async def test_bad_input_leaves_it_unclaimed(visitor: httpx2.AsyncClient, field: str, value: object) -> None:
    refused = await visitor.post("/api/setup", json=owner(**{field: value}))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"].partition(".")[0] == field
    assert (await visitor.get("/api/setup")).json()["needs_setup"] is True
