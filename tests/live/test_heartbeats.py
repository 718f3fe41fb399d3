"""A connection that is cut without a word: both sides notice within 10 s, and what was missed comes afterwards."""

import asyncio
import json
from typing import Any

import pytest
from fastapi import FastAPI
from websockets.exceptions import ConnectionClosed

from headway.live.socket import BEAT, SILENCE
from tests.factories import Team
from tests.live.tabs import tab, topic_of, write
from tests.live.test_presence import here, shown
from tests.proxy import proxy_to

Project = dict[str, Any]
PROMISE = 10.0  # seconds; asserted at five times the figure
SLACK = 5


async def test_the_server_notices_a_client_that_is_silent_without_having_closed(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic, loop = topic_of(project), asyncio.get_running_loop()
    async with tab(address, team.viewer) as witness, proxy_to(address) as proxy:
        await witness.follow(topic)
        async with tab(proxy.address, team.member) as silent:
            await silent.follow(topic)
            await here(silent, topic)
            await shown(witness, topic, (team.member.id, None, False))
            proxy.freeze()
            frozen_at = loop.time()
            await shown(witness, topic)
            noticed = loop.time() - frozen_at
            assert noticed < SLACK * PROMISE
            print(f"\nserver noticed a half-open socket after {noticed:.1f} s")
            assert {viewer.me.name for viewer in app.state.hub.viewers} == {team.viewer.name}
            silent.socket.transport.abort()


async def test_a_client_that_distrusts_silence_comes_back_and_has_missed_nothing(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic, loop = topic_of(project), asyncio.get_running_loop()
    async with proxy_to(address) as proxy:
        async with tab(proxy.address, team.member) as client:
            start = (await client.follow(topic))["revision"]
            await write(app.state.database, topic, {"n": 1})
            await client.event(topic, start + 1)
            proxy.freeze()
            frozen_at = loop.time()
            await write(app.state.database, topic, {"n": 2})
            with pytest.raises(TimeoutError):
                while True:
                    async with asyncio.timeout(PROMISE):
                        await client.socket.recv()
            noticed = loop.time() - frozen_at
            client.socket.transport.abort()
        assert noticed < SLACK * PROMISE
        proxy.thaw()
        async with tab(proxy.address, team.member) as again:
            await again.follow(topic, start + 1)
            assert again.revisions(topic) == [start + 2]


async def test_the_server_is_never_silent_for_as_long_as_a_client_bears(address: str, team: Team) -> None:
    assert BEAT * 2 < SILENCE == PROMISE
    async with tab(address, team.viewer) as viewer:
        for _ in range(3):
            async with asyncio.timeout(PROMISE):
                message = json.loads(await viewer.socket.recv())
                assert message["type"] in ("beat", "pong")


async def test_a_client_that_only_pings_is_kept(address: str, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.live.socket.SILENCE", 1.0)
    async with tab(address, team.viewer, pings=False) as viewer:
        for _ in range(8):
            await asyncio.sleep(0.25)
            await viewer.say(type="ping")
            await viewer.until(type="pong")
        with pytest.raises(ConnectionClosed):
            await viewer.until(type="never")


async def test_a_reset_connection_is_noticed_at_once(app: FastAPI, address: str, team: Team, project: Project) -> None:
    topic = topic_of(project)
    async with tab(address, team.viewer) as witness, proxy_to(address) as proxy:
        await witness.follow(topic)
        async with tab(proxy.address, team.member) as unlucky:
            await unlucky.follow(topic)
            await here(unlucky, topic)
            await shown(witness, topic, (team.member.id, None, False))
            cut_at = asyncio.get_running_loop().time()
            proxy.cut()
            await shown(witness, topic)
            assert asyncio.get_running_loop().time() - cut_at < SLACK * 1.0
