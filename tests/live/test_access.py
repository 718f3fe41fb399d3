"""Who may not look is not shown anything; who may not look any more is told, and shown nothing from then on."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from headway.accounts.models import SignIn
from headway.accounts.session import COOKIE
from headway.clock import new_id, now
from headway.db import Database
from headway.events.models import Topic
from headway.settings import Settings
from tests.factories import Team, User
from tests.live.tabs import PATIENCE, another_process, tab, topic_of, write

Project = dict[str, Any]


async def take_out(team: Team, user: User) -> None:
    """Removes somebody from the workspace."""
    await team.owner.delete(f"/api/workspaces/{team.workspace_id}/members/{user.id}")


async def sign_out(_: Team, user: User) -> None:
    """Signs somebody out, in another tab."""
    await user.delete("/api/sessions/current")


async def revision_of(database: Database, topic: str) -> int:
    """What the topic's counter says now."""
    async with database.reading() as db:
        return (await db.scalars(select(Topic.revision).where(Topic.name == topic))).one()


async def test_what_is_not_theirs_and_what_is_not_there_are_the_same_bytes(
    address: str, team: Team, project: Project
) -> None:
    nowhere = new_id()
    async with tab(address, team.stranger) as stranger:
        for topic in (topic_of(project), f"project:{nowhere}", f"workspace:{team.workspace_id}", f"person:{nowhere}"):
            await stranger.say(type="follow", topics={topic: 0})
            assert await stranger.read() == {"type": "gone", "topic": topic}
        for topic in ("project:x", "", "nonsense", f"project:{project['id'].upper()}", f"task:{nowhere}", "a:\0"):
            await stranger.say(type="follow", topics={topic: None})
            assert await stranger.read() == {"type": "gone", "topic": topic}
        # The id of a workspace or a person names no project, nor the other way round.
        for topic in (f"workspace:{project['id']}", f"project:{team.workspace_id}", f"person:{project['id']}"):
            await stranger.say(type="follow", topics={topic: None})
            assert await stranger.read() == {"type": "gone", "topic": topic}
    async with tab(address, team.member) as member:
        await member.follow(f"workspace:{team.workspace_id}")
        await member.say(type="follow", topics={f"person:{team.owner.id}": 0})
        assert (await member.read())["type"] == "gone"


async def test_a_private_project_is_gone_for_those_outside_it(address: str, team: Team) -> None:
    private = await team.project(by=team.owner, visibility="private")
    async with tab(address, team.member) as member, tab(address, team.owner) as owner:
        await member.say(type="follow", topics={topic_of(private): 0})
        assert (await member.read())["type"] == "gone"
        await owner.follow(topic_of(private))


async def test_nothing_committed_after_a_removal_is_delivered(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic, database = topic_of(project), app.state.database
    async with tab(address, team.member) as member, tab(address, team.viewer) as viewer:
        start = (await member.follow(topic))["revision"]
        await viewer.follow(topic)
        await take_out(team, team.member)
        await write(database, topic, {"secret": True})
        await member.until(type="gone", topic=topic)
        await member.until(type="event", kind="access.changed")
        await viewer.event(topic, start + 1)
        await member.say(type="follow", topics={topic: start})
        assert await member.read() == {"type": "gone", "topic": topic}
        assert member.revisions(topic) == []


@pytest.mark.pool
async def test_a_removal_amid_writes_and_catching_up_leaks_nothing(
    app: FastAPI, address: str, settings: Settings, team: Team, project: Project
) -> None:
    topic, database = topic_of(project), app.state.database
    await write(database, topic, *({"n": n} for n in range(200)))
    leavers = [await team.user(f"leaver{n}") for n in range(8)]
    stop = asyncio.Event()

    async def keep_writing() -> None:
        while not stop.is_set():
            await write(database, topic, {"n": 0})

    async def see(address: str, user: User) -> list[int]:
        async with tab(address, user) as watcher:
            # Over and over from the start, so that the removal strikes in the middle of catching up, or just after.
            while True:
                await watcher.say(type="follow", topics={topic: 0})
                message = await watcher.read()
                while message["type"] not in ("gone", "following"):
                    message = await watcher.read()
                if message["type"] == "gone":
                    return watcher.revisions(topic)
                looking[user.id].set()

    looking = {user.id: asyncio.Event() for user in leavers}
    async with another_process(settings) as (_, elsewhere), asyncio.TaskGroup() as group:
        group.create_task(keep_writing())
        watchers = [group.create_task(see([address, elsewhere][n % 2], user)) for n, user in enumerate(leavers)]
        for user, watcher in zip(leavers, watchers, strict=True):
            await asyncio.wait_for(looking[user.id].wait(), PATIENCE)
            await take_out(team, user)
            # Every later revision was committed after the removal.
            removed_at = await revision_of(database, topic)
            assert max(await watcher) <= removed_at
        stop.set()


async def test_a_private_turn_takes_the_project_from_viewers_at_once(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    async with tab(address, team.member) as member:
        await member.follow(topic_of(project))
        await team.owner.patch(f"/api/projects/{project['id']}", {"version": 1, "visibility": "private"})
        await member.until(type="gone", topic=topic_of(project))


async def test_signing_out_closes_the_socket(app: FastAPI, address: str, team: Team, project: Project) -> None:
    async with tab(address, team.member) as member:
        start = (await member.follow(topic_of(project)))["revision"]
        await sign_out(team, team.member)
        await write(app.state.database, topic_of(project), {"n": 1})
        with pytest.raises(ConnectionClosed) as closed:
            await member.event(topic_of(project), start + 1)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


async def test_a_session_that_runs_out_closes_the_socket(
    app: FastAPI, address: str, team: Team, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.live.hub.LOOK_AGAIN", 0.0)
    async with tab(address, team.member) as member, tab(address, team.viewer) as viewer:
        async with app.state.database.unit_of_work() as db:
            expired = update(SignIn).where(SignIn.person_id == UUID(team.member.id)).values(expires_at=now())
            await db.execute(expired)
        with pytest.raises(ConnectionClosed) as closed:
            await member.until(type="never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401
        await viewer.follow(topic_of(project))


async def code_of(address: str, **headers: str) -> int:
    """The code with which a socket is closed that has never said hello."""
    async with connect(f"ws://{address}/api/live", additional_headers=headers, proxy=None) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(socket.recv(), PATIENCE)
        assert closed.value.rcvd is not None
        return closed.value.rcvd.code


async def test_nobody_is_signed_out(address: str) -> None:
    assert await code_of(address) == 4401
    assert await code_of(address, Cookie=f"{COOKIE}=nonsense") == 4401
    assert await code_of(address, Authorization="Bearer hw_nonsense") == 4401


async def test_a_token_opens_a_socket_until_it_is_taken_back(address: str, team: Team, project: Project) -> None:
    made = await team.member.post("/api/tokens", {"name": "CI"})
    headers = {"Authorization": f"Bearer {made['token']}"}
    async with (
        connect(f"ws://{address}/api/live", additional_headers=headers, proxy=None) as by_token,
        tab(address, team.member) as by_cookie,
    ):
        assert team.member.id in str(await asyncio.wait_for(by_token.recv(), PATIENCE))
        await team.member.delete(f"/api/tokens/{made['id']}")
        with pytest.raises(ConnectionClosed) as closed:
            async with asyncio.timeout(PATIENCE):
                while True:
                    await by_token.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401
        await by_cookie.follow(topic_of(project))
