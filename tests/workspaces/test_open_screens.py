"""Screens that are open while access goes: each ends by the event of the command itself, through a real socket."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from headway.accounts.models import Person
from tests.accounts.conftest import HASH, PASSWORD, client_of
from tests.factories import Team
from tests.live.tabs import serving, tab


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    async with serving(app) as address:
        yield address


async def test_whoever_is_removed_loses_workspace_and_project_at_once(address: str, team: Team) -> None:
    project = await team.project()
    topics = [f"workspace:{team.workspace_id}", f"project:{project['id']}"]
    async with tab(address, team.member) as member:
        for topic in topics:
            await member.follow(topic)
        await team.admin.delete(f"/api/workspaces/{team.workspace_id}/members/{team.member.id}")
        gone = {(await member.until(type="gone"))["topic"] for _ in topics}
    assert gone == set(topics)


async def test_a_session_that_is_ended_elsewhere_closes_its_socket(app: FastAPI, address: str, team: Team) -> None:
    async with tab(address, team.member) as member:
        async with app.state.database.unit_of_work() as db:
            await db.execute(update(Person).where(Person.id == UUID(team.member.id)).values(password_hash=HASH))
        async with client_of(app) as other_browser:
            signed_in = {"email": team.member.email, "password": PASSWORD}
            await other_browser.post("/api/sessions", json=signed_in)
            sessions = (await other_browser.get("/api/sessions")).json()
            old = next(one["id"] for one in sessions if not one["current"])
            assert (await other_browser.delete(f"/api/sessions/{old}")).status_code == 204
        with pytest.raises(ConnectionClosed) as closed:
            await member.until(type="never")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


async def test_a_new_password_closes_what_others_opened_and_leaves_my_own(
    app: FastAPI, address: str, team: Team
) -> None:
    async with app.state.database.unit_of_work() as db:
        await db.execute(update(Person).where(Person.id == UUID(team.member.id)).values(password_hash=HASH))
    token = (await team.member.post("/api/tokens", {"name": "script"}))["token"]
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        tab(address, team.member) as mine,
        connect(f"ws://{address}/api/live", additional_headers=headers, proxy=None) as script,
    ):
        await team.member.put("/api/me/password", {"current": PASSWORD, "new": "a new long password"})
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await script.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401
        assert (await mine.follow(f"workspace:{team.workspace_id}"))["type"] == "following"


async def test_a_removed_token_closes_its_socket(address: str, team: Team) -> None:
    made = await team.member.post("/api/tokens", {"name": "script"})
    headers = {"Authorization": f"Bearer {made['token']}"}
    async with connect(f"ws://{address}/api/live", additional_headers=headers, proxy=None) as script:
        await script.recv()
        await team.member.delete(f"/api/tokens/{made['id']}")
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await script.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401
