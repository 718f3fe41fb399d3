"""Events reach everybody who looks, at once and in order."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import pytest
from fastapi import FastAPI

from headway.settings import Settings
from tests.factories import Team
from tests.live.tabs import PATIENCE, another_process, tab, topic_of, write

Project = dict[str, Any]


async def test_two_viewers_see_one_write(app: FastAPI, address: str, team: Team, project: Project) -> None:
    topic = topic_of(project)
    async with tab(address, team.member) as one, tab(address, team.viewer) as other:
        start = (await one.follow(topic))["revision"]
        await other.follow(topic)
        task = await team.task(project, "Write the plan")
        seen = [await t.event(topic, start + 1) for t in (one, other)]
    assert seen[0] == seen[1]
    event = seen[0]
    assert (event["kind"], event["id"], event["before"]) == ("task.created", task["id"], None)
    assert event["after"]["title"] == "Write the plan"
    assert (event["by"], event["means"]) == (team.owner.id, "web")


async def test_an_event_of_one_process_reaches_the_viewers_of_the_other(
    app: FastAPI, address: str, settings: Settings, team: Team, project: Project
) -> None:
    topic = topic_of(project)
    async with (
        another_process(settings) as (other, elsewhere),
        tab(elsewhere, team.viewer) as far,
        tab(address, team.viewer) as near,
    ):
        start = (await far.follow(topic))["revision"]
        await near.follow(topic)
        await write(app.state.database, topic, {"n": 1})
        await write(other.state.database, topic, {"n": 2})
        for viewer in (far, near):
            await viewer.event(topic, start + 2)
            assert viewer.revisions(topic) == [start + 1, start + 2]


@pytest.mark.faults
async def test_events_still_come_when_the_bell_has_lost_its_connection(
    app: FastAPI, address: str, settings: Settings, team: Team, project: Project
) -> None:
    topic = topic_of(project)
    async with another_process(settings) as (other, elsewhere), tab(elsewhere, team.viewer) as far:
        start = (await far.follow(topic))["revision"]
        for number in range(1, 4):
            await asyncio.wait_for(other.state.hub.bell.listening.wait(), PATIENCE)
            async with app.state.database.unit_of_work() as db:
                connection = await db.connection()
                await connection.exec_driver_sql(f"SELECT pg_terminate_backend({other.state.hub.bell.pid})")
            await write(app.state.database, topic, {"n": number})
            await far.event(topic, start + number)
        assert far.revisions(topic) == [start + 1, start + 2, start + 3]


async def test_a_bell_brings_events_before_the_next_poll(
    app: FastAPI, address: str, settings: Settings, team: Team, project: Project
) -> None:
    topic = topic_of(project)
    async with another_process(settings) as (_, elsewhere), tab(elsewhere, team.viewer) as far:
        start = (await far.follow(topic))["revision"]
        times = []
        for number in range(1, 11):
            before = asyncio.get_running_loop().time()
            await write(app.state.database, topic, {"n": number})
            await far.event(topic, start + number)
            times.append(asyncio.get_running_loop().time() - before)
        # A poll alone would take 750 ms on average.
        assert sorted(times)[5] < 0.25


async def test_without_a_bell_events_come_by_the_next_poll(
    app: FastAPI, address: str, settings: Settings, team: Team, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = topic_of(project)
    await asyncio.wait_for(app.state.hub.bell.listening.wait(), PATIENCE)
    monkeypatch.setattr("headway.live.bell.CHANNEL", "nobody_rings_here")
    async with another_process(settings) as (_, elsewhere), tab(elsewhere, team.viewer) as far:
        start = (await far.follow(topic))["revision"]
        await write(app.state.database, topic, {"n": 1})
        await far.event(topic, start + 1)


async def test_events_come_when_the_database_is_back(
    app: FastAPI, address: str, team: Team, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, reading, failures = topic_of(project), app.state.database.reading, iter(range(3))
    async with tab(address, team.viewer) as viewer:
        start = (await viewer.follow(topic))["revision"]

        def unreachable() -> Any:
            if next(failures, None) is not None:
                raise ConnectionRefusedError
            return reading()

        monkeypatch.setattr("headway.live.hub.RETRY", 0.01)
        monkeypatch.setattr(app.state.database, "reading", unreachable)
        await write(app.state.database, topic, {"n": 1}, {"n": 2})
        await viewer.event(topic, start + 2)
        assert viewer.revisions(topic) == [start + 1, start + 2]
        assert next(failures, None) is None


async def test_fifty_sockets_hold_no_pooled_connection(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic = topic_of(project)
    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(tab(address, team.viewer)) for _ in range(50)]
        await asyncio.gather(*(t.follow(topic, 0) for t in tabs))
        board = await team.board(project)
        task = await team.task(project)
        await asyncio.gather(*(t.event(topic, board["revision"] + 1) for t in tabs))
        assert all(t.events[topic][-1]["id"] == task["id"] for t in tabs)


async def test_a_big_change_comes_as_one_reload(app: FastAPI, address: str, team: Team, project: Project) -> None:
    topic = topic_of(project)
    async with tab(address, team.viewer) as viewer:
        start = (await viewer.follow(topic))["revision"]
        await write(app.state.database, topic, *({"n": n} for n in range(201)))
        event = await viewer.event(topic, start + 1)
    assert event["kind"] == "reload"


async def test_what_is_left_is_not_delivered(app: FastAPI, address: str, team: Team, project: Project) -> None:
    left, kept = topic_of(project), topic_of(await team.project())
    async with tab(address, team.viewer) as viewer:
        start = (await viewer.follow(left))["revision"]
        other = (await viewer.follow(kept))["revision"]
        await viewer.say(type="leave", topics=[left])
        await viewer.say(type="ping")
        await viewer.until(type="pong")
        await write(app.state.database, left, {"n": 1})
        await write(app.state.database, kept, {"n": 2})
        await viewer.event(kept, other + 1)
        assert viewer.revisions(left) == []
        await viewer.follow(left, start)
        assert viewer.revisions(left) == [start + 1]


async def test_the_server_beats(address: str, team: Team) -> None:
    async with tab(address, team.viewer) as viewer, asyncio.timeout(PATIENCE):
        assert json.loads(await viewer.socket.recv()) == {"type": "beat"}
