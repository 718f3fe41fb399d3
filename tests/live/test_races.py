"""The moments between a read and what is done with it, held open on purpose."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headway.accounts.models import SignIn
from headway.accounts.session import Person
from headway.errors import Unauthenticated
from headway.live.frames import Frame
from headway.live.hub import Hub
from headway.live.viewer import Viewer
from tests.factories import Team, User
from tests.live.tabs import PATIENCE, topic_of, write
from tests.live.test_access import sign_out, take_out

Project = dict[str, Any]


class Held:
    """A task whose first read has its answer, but does not get on with it until it is let go."""

    def __init__(self, hub: Hub, work: Coroutine[Any, Any, None]) -> None:
        self.has_read, self.may_go_on = asyncio.Event(), asyncio.Event()
        self.reading = hub.database.reading
        self.task = asyncio.create_task(self.patched(hub, work))

    async def patched(self, hub: Hub, work: Coroutine[Any, Any, None]) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(hub.database, "reading", self.hold)
            await work

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[AsyncSession]:
        async with self.reading() as db:
            yield db
        if asyncio.current_task() is self.task:
            self.has_read.set()
            await self.may_go_on.wait()

    async def until_read(self) -> None:
        await asyncio.wait_for(self.has_read.wait(), PATIENCE)

    async def go_on(self) -> None:
        self.may_go_on.set()
        await asyncio.wait_for(self.task, PATIENCE)


async def someone(app: FastAPI, user: User) -> Viewer:
    """A viewer for this user's own session."""
    async with app.state.database.reading() as db:
        session_id = await db.scalar(select(SignIn.id).where(SignIn.person_id == UUID(user.id)))
    return Viewer(Person(UUID(user.id), user.name, user.email, False, "web", session_id))


async def until(viewer: Viewer, kind: str, revision: int | None = None) -> list[Frame]:
    """What comes, up to a frame of this kind (and revision)."""
    came = []
    async with asyncio.timeout(PATIENCE):
        while frame := await viewer.next():
            came.append(frame)
            if frame.kind == kind and revision in (None, frame.revision):
                return came
    raise AssertionError(f"ended before {kind}")


async def test_a_removal_while_the_answer_to_a_follow_is_on_its_way(app: FastAPI, team: Team, project: Project) -> None:
    hub, topic = app.state.hub, topic_of(project)
    viewer, witness = await someone(app, team.member), await someone(app, team.viewer)
    for one in (viewer, witness):
        await hub.join(one)
    await hub.follow(witness, {topic: None}, reach=None)
    held = Held(hub, hub.follow(viewer, {topic: None}, reach=None))
    await held.until_read()
    await take_out(team, team.member)
    assert [frame.kind for frame in await until(viewer, "gone")] == ["gone"]
    await held.go_on()
    await write(app.state.database, topic, {"secret": True})
    await until(witness, "event")
    viewer.put(Frame("other", "last"))
    assert [frame.kind for frame in await until(viewer, "other")] == ["other"]
    for one in (viewer, witness):
        hub.part(one)
    assert not hub.channels


async def test_an_event_delivered_while_the_answer_to_a_follow_is_on_its_way(
    app: FastAPI, team: Team, project: Project
) -> None:
    hub, topic = app.state.hub, topic_of(project)
    viewer, witness = await someone(app, team.member), await someone(app, team.viewer)
    for one in (viewer, witness):
        await hub.join(one)
    await hub.follow(witness, {topic: None}, reach=None)
    start = (await until(witness, "following"))[-1].revision
    held = Held(hub, hub.follow(viewer, {topic: start}, reach=None))
    await held.until_read()
    await write(app.state.database, topic, {"n": 1})
    await until(witness, "event", start + 1)
    await held.go_on()
    await write(app.state.database, topic, {"n": 2})
    came = await until(viewer, "event", start + 2)
    assert [frame.revision for frame in came if frame.kind == "event"] == [start + 1, start + 2]
    for one in (viewer, witness):
        hub.part(one)


async def test_a_sign_out_while_the_answer_to_a_join_is_on_its_way(app: FastAPI, team: Team) -> None:
    hub, first, second = app.state.hub, await someone(app, team.member), await someone(app, team.member)
    await hub.join(first)
    held = Held(hub, hub.join(second))
    await held.until_read()
    await sign_out(team, team.member)
    assert await asyncio.wait_for(first.next(), PATIENCE) is None  # the hub has been told
    with pytest.raises(Unauthenticated):
        await held.go_on()
    hub.part(first)
    assert not hub.channels


@pytest.mark.pool  # or the second reader would wait for the one held
async def test_a_topic_left_and_followed_anew_while_an_answer_is_on_its_way(
    app: FastAPI, team: Team, project: Project
) -> None:
    hub, topic, viewer = app.state.hub, topic_of(project), await someone(app, team.member)
    await hub.join(viewer)
    held = Held(hub, hub.follow(viewer, {topic: 0}, reach=None))
    await held.until_read()
    hub.leave(viewer, topic)
    await hub.follow(viewer, {topic: None}, reach=None)
    await held.go_on()
    start = (await until(viewer, "following"))[-1].revision
    await write(app.state.database, topic, {"n": 1})
    came = await until(viewer, "event")
    assert [(frame.kind, frame.revision) for frame in came] == [("event", start + 1)]
    hub.part(viewer)
