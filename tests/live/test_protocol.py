"""What a socket does with clients that are wrong, slow, silent or many, and when the server stops."""

import asyncio
import json
import socket as sockets
from typing import Any

import pytest
from fastapi import FastAPI
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from headway.clock import new_id
from tests.factories import Team
from tests.live.tabs import PATIENCE, serving, tab, topic_of, write

Project = dict[str, Any]

WRONG: list[str | bytes] = [
    "",
    "{",
    "null",
    "[]",
    "42",
    '"ping"',
    "{}",
    '{"type":"nonsense"}',
    '{"type":["follow"]}',
    '{"type":"follow"}',
    '{"type":"follow","topics":[]}',
    '{"type":"follow","topics":{"project:x":-1}}',
    '{"type":"follow","topics":{"project:x":"1"}}',
    '{"type":"follow","topics":{"project:x":1.5}}',
    '{"type":"follow","topics":{"project:x":true}}',
    '{"type":"follow","topics":{"project:x":9223372036854775808}}',
    '{"type":"follow","topics":{"project:x":1e400}}',
    '{"type":"follow","topics":{"' + "x" * 101 + '":1}}',
    '{"type":"follow","topics":{"\\ud800":1}}',
    '{"type":"leave","topics":{}}',
    '{"type":"leave","topics":[1]}',
    '{"type":"ping","extra":1}',
    "[" * 60_000,
    '{"type":"ping"}' + " " * 70_000,
    b'{"type":"ping"}',
]


async def test_a_wrong_message_gets_an_error_and_the_socket_goes_on(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    async with tab(address, team.viewer) as viewer:
        for message in WRONG:
            await viewer.socket.send(message)
            answer = await viewer.read()
            assert (answer["type"], answer["code"]) == ("error", "invalid"), message
            assert answer["detail"]
        start = (await viewer.follow(topic_of(project)))["revision"]
        await write(app.state.database, topic_of(project), {"n": 1})
        await viewer.event(topic_of(project), start + 1)


async def test_topics_of_a_socket_are_bounded(address: str, team: Team, project: Project) -> None:
    async with tab(address, team.viewer) as viewer:
        await viewer.say(type="follow", topics={f"project:{new_id()}": None for _ in range(501)})
        assert (await viewer.read())["code"] == "too_many"
        await viewer.follow(topic_of(project))


async def test_many_topics_are_caught_up_together(app: FastAPI, address: str, team: Team, project: Project) -> None:
    names = [topic_of(project), f"workspace:{team.workspace_id}", *(f"project:{new_id()}" for _ in range(400))]
    async with tab(address, team.viewer) as viewer:
        await viewer.say(type="follow", topics=dict.fromkeys(names, 0))
        answers: dict[str, str] = {}
        while len(answers) < len(names):
            message = await viewer.read()
            if message["type"] in ("gone", "following"):
                answers[message["topic"]] = message["type"]
        assert [answers[name] for name in names] == ["following"] * 2 + ["gone"] * 400


async def test_a_page_of_another_site_gets_no_socket(address: str, team: Team) -> None:
    with pytest.raises(InvalidStatus):
        async with connect(f"ws://{address}/api/live", origin="https://evil.example", proxy=None):  # type: ignore[arg-type]
            pass


async def test_a_client_that_says_nothing_is_closed(address: str, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.live.socket.SILENCE", 0.2)
    async with tab(address, team.viewer) as viewer:
        with pytest.raises(ConnectionClosed):
            await viewer.until(type="never")


async def test_who_reads_too_slowly_is_let_go_resumes_and_holds_up_nobody(
    app: FastAPI, address: str, team: Team, project: Project
) -> None:
    topic, total = topic_of(project), 120
    # A small window, so that what is sent stays in the server.
    narrow = sockets.socket()
    narrow.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    host, port = address.split(":")
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, (host, int(port)))
    async with tab(address, team.viewer) as fast, tab(address, team.member, sock=narrow, max_queue=1) as slow:
        start = (await fast.follow(topic))["revision"]
        await slow.follow(topic)
        delays = []
        for n in range(1, total + 1):
            await write(app.state.database, topic, {"text": "x" * 100_000})
            before = asyncio.get_running_loop().time()
            await fast.event(topic, start + n)
            delays.append(asyncio.get_running_loop().time() - before)
        assert max(delays) < 1
        with pytest.raises(ConnectionClosed):
            await slow.until(type="never")
        known = slow.revisions(topic)
        assert known == list(range(start + 1, start + 1 + len(known)))
        assert len(known) < total
    async with tab(address, team.member) as again:
        await again.follow(topic, start + len(known))
        assert again.revisions(topic) == list(range(start + 1 + len(known), start + total + 1))


async def test_a_server_that_stops_closes_sockets_and_streams_within_a_second(
    app: FastAPI, team: Team, project: Project
) -> None:
    async with asyncio.TaskGroup() as group:
        async with serving(app) as address:
            host, port = address.split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(
                f"GET /api/events?topic={topic_of(project)} HTTP/1.1\r\nHost: {address}\r\n"
                f"Accept: text/event-stream\r\nCookie: headway_session={team.viewer.cookie}\r\n\r\n".encode()
            )
            await asyncio.wait_for(reader.readuntil(b"retry:"), PATIENCE)
            opened = tab(address, team.viewer)
            viewer = await opened.__aenter__()
            before = asyncio.get_running_loop().time()
            ends = group.create_task(reader.read())
        assert asyncio.get_running_loop().time() - before < 1
        with pytest.raises(ConnectionClosed) as closed:
            await viewer.until(type="never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        await asyncio.wait_for(ends, PATIENCE)
        writer.close()
        await opened.__aexit__(None, None, None)


async def test_hello_is_the_first_word(address: str, team: Team) -> None:
    headers = {"Cookie": f"headway_session={team.viewer.cookie}"}
    async with connect(f"ws://{address}/api/live", additional_headers=headers, proxy=None) as socket:
        first = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))
    assert first == {"type": "hello", "person_id": team.viewer.id}
