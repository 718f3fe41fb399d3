"""Somebody is shut out: everything of theirs ends at once, and comes back as far as it can."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import update
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from headway.accounts.models import Person
from headway.settings import Settings
from tests.accounts.conftest import HASH, PASSWORD, client_of
from tests.administration.conftest import make_admin
from tests.factories import Team, User
from tests.live.tabs import another_process, serving, tab
from tests.live.test_stream import stream

AT_ONCE = 5  # seconds: five times what is promised


@pytest.fixture
async def boss(app: FastAPI, team: Team) -> User:
    await make_admin(app, team.owner)
    return team.owner


@pytest.fixture
async def victim(app: FastAPI, team: Team) -> AsyncIterator[User]:
    """A member with a password."""
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == UUID(team.member.id)).values(password_hash=HASH))
    yield team.member


async def suspend(boss: User, user: User) -> Any:
    return await boss.post(f"/api/administration/people/{user.id}/suspend", status=200)


async def reinstate(boss: User, user: User) -> Any:
    return await boss.post(f"/api/administration/people/{user.id}/reinstate", status=200)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_sessions_end_tokens_are_refused_and_signing_in_says_why_only_to_who_knows_the_password(
    boss: User, victim: User, guest: httpx2.AsyncClient
) -> None:
    token = (await victim.post("/api/tokens", {"name": "script"}))["token"]
    assert (await suspend(boss, victim))["suspended_at"] is not None

    assert (await victim.http.get("/api/me")).status_code == 401
    refused = await guest.get("/api/me", headers=bearer(token))
    assert (refused.status_code, refused.json()["code"]) == (401, "account.suspended")
    wrong = await guest.post("/api/sessions", json={"email": victim.email, "password": "not this one"})
    nobody = await guest.post("/api/sessions", json={"email": "x" + victim.email, "password": "not this one"})
    right = await guest.post("/api/sessions", json={"email": victim.email, "password": PASSWORD})
    assert (wrong.status_code, wrong.content) == (nobody.status_code, nobody.content)
    assert (right.status_code, right.json()["code"]) == (403, "account.suspended")
    assert "set-cookie" not in right.headers

    assert (await reinstate(boss, victim))["suspended_at"] is None
    assert (await victim.http.get("/api/me")).status_code == 401  # the session is gone for good
    assert (await guest.get("/api/me", headers=bearer(token))).status_code == 200  # the script goes on
    assert (await guest.post("/api/sessions", json={"email": victim.email, "password": PASSWORD})).status_code == 201


@pytest.mark.pool
async def test_sockets_and_streams_end_at_once_in_every_process(
    app: FastAPI, settings: Settings, team: Team, boss: User, victim: User
) -> None:
    project = await team.project()
    token = (await victim.post("/api/tokens", {"name": "script"}))["token"]
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(serving(app))
        _, there = await stack.enter_async_context(another_process(settings))
        tabs = [await stack.enter_async_context(tab(address, victim)) for address in (here, there)]
        script = await stack.enter_async_context(
            connect(f"ws://{there}/api/live", additional_headers=bearer(token), proxy=None)
        )
        await script.recv()
        streams = [
            await stack.enter_async_context(stream(address, victim, f"project:{project['id']}"))
            for address in (here, there)
        ]
        bystander = await stack.enter_async_context(tab(there, team.viewer))
        await bystander.follow(f"workspace:{team.workspace_id}")
        await team.task(project, "Before")
        for one in streams:
            assert (await one.event())["data"]

        await suspend(boss, victim)
        await team.task(project, "After")

        async with asyncio.timeout(AT_ONCE):
            for socket in (*(one.socket for one in tabs), script):
                with pytest.raises(ConnectionClosed) as closed:
                    while True:
                        assert "After" not in str(await socket.recv())
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 4401
            for one in streams:
                assert await one.event() == {}
        told = await bystander.until(kind="member.changed")
        assert (told["id"], told["after"]) == (victim.id, {"suspended": True})


async def test_who_works_with_them_sees_it(boss: User, team: Team, victim: User) -> None:
    async def shown() -> bool:
        members = (await team.viewer.get(f"/api/workspaces/{team.workspace_id}/members"))["members"]
        return next(bool(one["suspended"]) for one in members if one["person_id"] == victim.id)

    assert await shown() is False
    await suspend(boss, victim)
    assert await shown() is True
    await reinstate(boss, victim)
    assert await shown() is False


async def test_the_links_they_made_let_nobody_in(
    app: FastAPI, boss: User, team: Team, guest: httpx2.AsyncClient
) -> None:
    made = await team.admin.post(f"/api/workspaces/{team.workspace_id}/invitations", {"role": "member"})
    question = {"token": made["url"].partition("#")[2]}
    assert (await guest.post("/api/invitations/preview", json=question)).status_code == 200
    await suspend(boss, team.admin)
    assert (await guest.post("/api/invitations/preview", json=question)).status_code == 404


async def test_signing_in_and_being_suspended_at_once_leaves_nobody_in(app: FastAPI, boss: User, victim: User) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(4):
            browser = await stack.enter_async_context(client_of(app))
            credentials = {"email": victim.email, "password": PASSWORD}
            entering = asyncio.create_task(browser.post("/api/sessions", json=credentials))
            await suspend(boss, victim)
            answer = await entering
            assert answer.status_code in (201, 403)
            assert (await browser.get("/api/me")).status_code == 401
            await reinstate(boss, victim)
            assert (await browser.get("/api/me")).status_code == 401


async def test_it_is_done_once_however_often_it_is_asked(boss: User, victim: User) -> None:
    first = await suspend(boss, victim)
    assert await suspend(boss, victim) == first
    await reinstate(boss, victim)
    assert (await reinstate(boss, victim))["suspended_at"] is None
    acts = await boss.get("/api/administration/audit", about=victim.id)
    assert [one["act"] for one in acts["items"]] == ["person.reinstated", "person.suspended"]
