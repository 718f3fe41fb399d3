"""Accounts one makes oneself, where the server is open for that."""

import httpx2
from fastapi import FastAPI

from headway.clock import new_id
from tests.accounts.conftest import client_of
from tests.factories import User

SITE = "https://tasks.example.org"


def account() -> dict[str, str]:
    return {"name": "Ada", "email": f"ada-{new_id()}@example.org", "password": "long enough"}


async def test_by_default_accounts_come_by_invitation(guest: httpx2.AsyncClient) -> None:
    refused = await guest.post("/api/accounts", json=account())
    assert (refused.status_code, refused.json()["code"]) == (403, "sign_up.invited")


async def test_an_open_server_gives_an_account_and_then_a_workspace(open_server: FastAPI, somebody: User) -> None:
    async with client_of(open_server, SITE) as client:
        made = await client.post("/api/accounts", json=account())
        assert (made.status_code, made.json()["workspaces"]) == (201, [])
        workspace = await client.post("/api/workspaces", json={"name": "Ada's"})
        assert (workspace.status_code, workspace.json()["role"]) == (201, "owner")
        assert [w["name"] for w in (await client.get("/api/me")).json()["workspaces"]] == ["Ada's"]


async def test_an_address_has_one_account_whatever_its_case(open_server: FastAPI, somebody: User) -> None:
    async with client_of(open_server, SITE) as client:
        body = account() | {"email": somebody.email.upper()}
        refused = await client.post("/api/accounts", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "account.exists")


async def test_what_cannot_be_an_address_is_refused(open_server: FastAPI, somebody: User) -> None:
    async with client_of(open_server, SITE) as client:
        for email in ("", "nobody", "@example.org", "a b@example.org", "a@", "a\u0007@example.org", "x" * 251 + "@y.z"):
            refused = await client.post("/api/accounts", json=account() | {"email": email})
            assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "email"), email


async def test_nobody_makes_themselves_an_admin(open_server: FastAPI, somebody: User) -> None:
    async with client_of(open_server, SITE) as client:
        refused = await client.post("/api/accounts", json=account() | {"is_admin": True})
    assert refused.status_code == 422
